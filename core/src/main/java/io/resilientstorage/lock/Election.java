package io.resilientstorage.lock;

import io.resilientstorage.api.LeaderElection;
import io.resilientstorage.api.LeaderListener;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in an election: waits for the lock, leads while the lease has more than a sixth of its time left, steps
 * down, and gives the lease up when the listener has been told, so that who leads next finds nobody at work.
 *
 * <p>One thing happens at a time: wait, be elected, lead, step down, and again.
 */
final class Election implements LeaderElection {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final LockSpace space;
    private final String name;
    private final long ttlMillis;
    private final long downNanos;
    private final LeaderListener listener;
    private final Consumer<Election> closing;
    private Optional<CompletableFuture<LockResult>> waiting = Optional.empty();
    private Optional<Timer> timer = Optional.empty();
    private final Deque<Runnable> told = new ArrayDeque<>();
    private boolean telling;
    private boolean closed;
    private volatile Optional<Lease> leading = Optional.empty();

    /** @param closing is told once when this ends */
    Election(LockSpace space, String name, long ttlMillis, LeaderListener listener, Consumer<Election> closing) {
        this.space = space;
        this.name = name;
        this.ttlMillis = ttlMillis;
        this.downNanos = ttlMillis * 1_000_000 / 6;
        this.listener = listener;
        this.closing = closing;
    }

    void begin() {
        CompletableFuture<LockResult> result;
        synchronized (this) {
            if (closed) {
                return;
            }
            try {
                result = space.acquire(name, ttlMillis, PATIENCE, Asker.NOT_WAITING);
            } catch (RuntimeException full) {
                timer = Optional.of(space.later(PAUSE, this::begin));
                return;
            }
            waiting = Optional.of(result);
        }
        var unused = result.whenComplete(this::heard);
    }

    private void heard(@Nullable LockResult result, @Nullable Throwable failure) {
        Optional<Lease> lease = result == null ? Optional.empty() : result.acquired();
        boolean leads;
        synchronized (this) {
            waiting = Optional.empty();
            leads = lease.isPresent() && !closed;
            if (leads) {
                leading = lease;
            } else if (!closed) {
                timer = Optional.of(space.later(PAUSE, this::begin));
            }
        }
        if (leads) {
            lead(lease.get());
        } else {
            lease.ifPresent(unwanted -> {
                var unused = unwanted.release();
            });
        }
    }

    private void lead(Lease lease) {
        tell(() -> listener.elected(lease.fencingToken()));
        lease.keepRenewing();
        lease.onLost(reason -> stepDown(lease));
        watch(lease);
    }

    private void watch(Lease lease) {
        long left = lease.remaining().toNanos() - downNanos;
        if (left <= 0) {
            stepDown(lease);
            return;
        }
        synchronized (this) {
            if (leading.equals(Optional.of(lease))) {
                timer = Optional.of(space.later(Duration.ofNanos(left), () -> watch(lease)));
            }
        }
    }

    private void stepDown(Lease lease) {
        synchronized (this) {
            if (!leading.equals(Optional.of(lease))) {
                return;
            }
            leading = Optional.empty();
            timer.ifPresent(Timer::cancel);
        }
        tell(() -> {
            try {
                listener.steppedDown(lease.fencingToken());
            } finally {
                var unused = lease.release();
                begin();
            }
        });
    }

    /** One after the other. At most two wait: who was elected is not elected again before it has stepped down. */
    private void tell(Runnable next) {
        synchronized (this) {
            told.addLast(next);
            if (telling) {
                return;
            }
            telling = true;
        }
        space.tell(this::tellNext);
    }

    private void tellNext() {
        Runnable next;
        synchronized (this) {
            next = told.removeFirst();
        }
        try {
            next.run();
        } finally {
            boolean more;
            synchronized (this) {
                more = !told.isEmpty();
                telling = more;
            }
            if (more) {
                space.tell(this::tellNext);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isLeader() {
        return fencingToken().isPresent();
    }

    @Override
    public OptionalLong fencingToken() {
        Optional<Lease> lease = leading;
        return lease.isPresent() && lease.get().remaining().toNanos() > downNanos
                ? OptionalLong.of(lease.get().fencingToken())
                : OptionalLong.empty();
    }

    @Override
    public void close() {
        Optional<CompletableFuture<LockResult>> waited;
        Optional<Lease> led;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            waited = waiting;
            led = leading;
            timer.ifPresent(Timer::cancel);
        }
        waited.ifPresent(result -> result.cancel(false));
        led.ifPresent(this::stepDown);
        closing.accept(this);
    }
}
