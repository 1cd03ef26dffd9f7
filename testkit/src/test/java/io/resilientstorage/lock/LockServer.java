package io.resilientstorage.lock;

import io.resilientstorage.api.Durability;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.ReleaseWatch;
import io.resilientstorage.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A server of locks in virtual time: the real rule on maps, with a clock and a life of its own. For one thread. */
final class LockServer {

    /** What it does with requests. */
    enum State {
        UP,
        /** Refuses connections. */
        DOWN,
        /** Does nothing, and does what has come when it goes on. */
        STOPPED,
        /** Answers reads, and stores nothing. */
        READ_ONLY
    }

    private final String name;
    private final Durability durability;
    private final ManualTime time;
    private final RuledLocks locks = new RuledLocks(this::millis, this::incarnation);
    private final List<Runnable> held = new ArrayList<>();
    private State state = State.UP;
    private int life = 1;
    private long skewMillis;
    private LockMutant mutant = LockMutant.NONE;
    private Runnable snapshot = () -> {};
    private final Map<ReleaseWatch.Listener, String> listeners = new LinkedHashMap<>();
    private final Set<ReleaseWatch.Listener> hung = new HashSet<>();
    private boolean tells;
    private boolean forgetsToTell;

    LockServer(String name, Durability durability, ManualTime time) {
        this.name = name;
        this.durability = durability;
        this.time = time;
    }

    String name() {
        return name;
    }

    /** From now on it can be listened to. */
    void tellReleases() {
        tells = true;
    }

    /** Says nothing of releases any more, to those that listen. */
    void forgetToTell() {
        forgetsToTell = true;
    }

    /** Ends the listening of all for half a second. */
    void hangUp() {
        List.copyOf(listeners.keySet()).forEach(listener -> {
            hung.add(listener);
            listener.ended();
            beginLater(listener, Duration.ofMillis(500));
        });
    }

    private void beginLater(ReleaseWatch.Listener listener, Duration delay) {
        var unused = time.timers().schedule(delay, () -> {
            if (hung.remove(listener) && listeners.containsKey(listener)) {
                listener.begun();
            }
        });
    }

    int listeners() {
        return listeners.size();
    }

    Optional<ReleaseWatch> listen(String space, ReleaseWatch.Listener listener) {
        if (!tells) {
            return Optional.empty();
        }
        listeners.put(listener, space);
        hung.add(listener);
        beginLater(listener, Duration.ofMillis(2));
        return Optional.of(() -> listeners.remove(listener));
    }

    /** Tells of a release, true or not. */
    void tell(String space, String lock) {
        listeners.forEach((listener, of) -> {
            if (of.equals(space) && !hung.contains(listener)) {
                listener.released(lock);
            }
        });
    }

    Durability durability() {
        return durability;
    }

    State state() {
        return state;
    }

    void skew(Duration ahead) {
        skewMillis = ahead.toMillis();
    }

    /** Sets its clock. Steps add up. */
    void stepClock(Duration by) {
        skewMillis += by.toMillis();
    }

    private long millis() {
        return ManualTime.START_MILLIS + time.clock().nanos() / 1_000_000 + skewMillis;
    }

    private Incarnation incarnation() {
        return new Incarnation(name + "-" + life);
    }

    void down() {
        state = State.DOWN;
        held.clear();
    }

    void stop() {
        state = State.STOPPED;
    }

    void readOnly() {
        state = State.READ_ONLY;
    }

    /** Goes on, in the same life. */
    void up() {
        state = State.UP;
        List<Runnable> come = List.copyOf(held);
        held.clear();
        come.forEach(Runnable::run);
    }

    /** Starts again with what it had. */
    void restart() {
        if (mutant == LockMutant.VOLATILE_COUNTER) {
            locks.countFromTheStart();
        } else {
            life++;
        }
        held.clear();
        up();
    }

    void mutate(LockMutant wrong) {
        mutant = wrong;
    }

    /** What a later restart may begin with. */
    void takeSnapshot() {
        snapshot = locks.snapshot();
    }

    /** Starts again with what it had at the last snapshot. */
    void restartOld() {
        snapshot.run();
        restart();
    }

    /** Starts again with nothing. */
    void restartEmpty() {
        locks.forget();
        restart();
    }

    Optional<Authority> authority(String space) {
        return locks.standing(space);
    }

    /** The tokens that it has granted, in order. */
    List<Long> tokens() {
        return locks.tokens();
    }

    boolean holds(String space, String lock) {
        return locks.holds(space, lock);
    }

    CompletableFuture<AuthorityReply> read(String space) {
        return when(false, () -> locks.authority(space));
    }

    CompletableFuture<Boolean> put(
            String space, Incarnation incarnation, long revision, Authority next, long notAfter) {
        return when(true, () -> locks.compareAndSet(space, incarnation, revision, next, notAfter));
    }

    CompletableFuture<LockReply> perform(LockRequest request) {
        return when(true, () -> {
            if (mutant == LockMutant.NO_COPY && request.action() == LockAction.COPY) {
                return CompletableFuture.completedFuture(new LockReply(
                        LockStatus.COPIED,
                        request.token(),
                        request.ttlMillis(),
                        millis(),
                        incarnation(),
                        Optional.empty()));
            }
            if (mutant == LockMutant.RELEASE_WITHOUT_OWNER && request.action() == LockAction.RELEASE) {
                locks.drop(request.space(), request.name());
            }
            CompletionStage<LockReply> reply = locks.perform(request);
            boolean released = reply.toCompletableFuture().join().status() == LockStatus.RELEASED;
            if (released && !forgetsToTell) {
                tell(request.space(), request.name());
            }
            if (mutant == LockMutant.COPY_SKIPPED && request.action() == LockAction.COPY) {
                locks.drop(request.space(), request.name());
            }
            return reply;
        });
    }

    private <T> CompletableFuture<T> when(boolean stores, Supplier<CompletionStage<T>> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        switch (state) {
            case UP -> answer.complete(work.get().toCompletableFuture().join());
            case DOWN -> answer.completeExceptionally(BackendException.unreachable("connection refused"));
            case STOPPED ->
                held.add(() -> answer.complete(work.get().toCompletableFuture().join()));
            case READ_ONLY -> {
                if (stores) {
                    answer.completeExceptionally(BackendException.refused("read-only"));
                } else {
                    answer.complete(work.get().toCompletableFuture().join());
                }
            }
        }
        return answer;
    }
}
