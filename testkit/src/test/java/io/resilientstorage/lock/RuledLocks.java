package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockRecord;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockRule;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The real rule on maps, with a clock and a life to choose. Answers at once. For one thread. */
public final class RuledLocks implements LockStore {

    private record Place(String space, String name) {}

    private final LongSupplier millis;
    private final Supplier<Incarnation> incarnation;
    private final Map<String, Authority> authorities = new HashMap<>();
    private final Map<Place, LockRecord> locks = new HashMap<>();
    private final Set<Long> tokens = new LinkedHashSet<>();

    /**
     * No locks yet.
     *
     * @param millis the clock that it judges by
     * @param incarnation the life that it has
     */
    public RuledLocks(LongSupplier millis, Supplier<Incarnation> incarnation) {
        this.millis = millis;
        this.incarnation = incarnation;
    }

    private LockRule rule() {
        return new LockRule(millis.getAsLong(), incarnation.get());
    }

    /** Loses everything. */
    public void forget() {
        authorities.clear();
        locks.clear();
    }

    /** What it has now: what gives it back. */
    Runnable snapshot() {
        Map<String, Authority> oldAuthorities = Map.copyOf(authorities);
        Map<Place, LockRecord> oldLocks = Map.copyOf(locks);
        return () -> {
            forget();
            authorities.putAll(oldAuthorities);
            locks.putAll(oldLocks);
        };
    }

    /** A mutant of tests: tokens begin again under the same epoch. */
    void countFromTheStart() {
        authorities.replaceAll((space, old) -> new Authority(
                old.revision(),
                old.active(),
                old.epoch(),
                0,
                old.number(),
                old.floor(),
                old.grantsFrom(),
                old.activeUntil(),
                old.peerActiveUntil(),
                old.terms(),
                old.incarnation()));
    }

    /** A mutant of tests: a lock is free, whoever has it. */
    void drop(String space, String name) {
        locks.remove(new Place(space, name));
    }

    Optional<Authority> standing(String space) {
        return Optional.ofNullable(authorities.get(space));
    }

    /** The tokens that it has granted, in order. */
    List<Long> tokens() {
        return List.copyOf(tokens);
    }

    boolean holds(String space, String name) {
        LockRecord record = locks.get(new Place(space, name));
        return record != null && record.isLive(millis.getAsLong());
    }

    @Override
    public CompletionStage<AuthorityReply> authority(String space) {
        return CompletableFuture.completedFuture(
                new AuthorityReply(standing(space), incarnation.get(), millis.getAsLong()));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(
            String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
        Optional<Authority> stored = rule().replace(life, expectedRevision, next, notAfter, standing(space));
        stored.ifPresent(record -> authorities.put(space, record));
        return CompletableFuture.completedFuture(stored.isPresent());
    }

    @Override
    public CompletionStage<LockReply> perform(LockRequest request) {
        Place place = new Place(request.space(), request.name());
        LockRule.Verdict verdict =
                rule().decide(request, standing(request.space()), Optional.ofNullable(locks.get(place)));
        verdict.authority().ifPresent(record -> authorities.put(request.space(), record));
        locks.remove(place);
        verdict.lock().ifPresent(lock -> locks.put(place, lock));
        if (verdict.reply().status() == LockStatus.GRANTED) {
            tokens.add(verdict.reply().token());
        }
        return CompletableFuture.completedFuture(verdict.reply());
    }
}
