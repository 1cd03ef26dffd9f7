package io.resilientstorage.replication;

import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.Version;
import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.replication.PendingRecords.Done;
import io.resilientstorage.replication.PendingRecords.Sent;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings one backend what it still has to get, as far as this process knows it: in batches, a few at the same time, as
 * long as the backend can be reached. What fails goes again after a pause; nothing is given up.
 *
 * <p>When batches go, and how many are on their way, follows the backend and the backlog, see {@link BatchWindow}. With
 * a small backlog there is one, and what comes meanwhile makes the next. A record that comes alone goes at once.
 *
 * <p>Safe for use by several threads. Batches are begun by whoever offers a record, by the end of the batch before, by
 * a timer, or by a change of the backend's state.
 */
public final class Replicator {

    static final int BATCH = 500;
    static final long BATCH_BYTES = 1 << 20;

    private static final Duration DRAIN_LOOK = Duration.ofMillis(5);

    private final Member target;
    private final BiFunction<Origin, Member, Set<String>> hints;
    private final Attempts attempts;
    private final ReferenceClock reference;
    private final PendingRecords pending;
    private final SecondLook secondLook;
    private final LifeLook lifeLook;
    private final EventSink events;
    private final Delivered delivered;
    private final IntConsumer arrived;
    private final Runnable empty;
    private final BatchWindow window = new BatchWindow();

    /**
     * A replicator that begins with the first record.
     *
     * @param hints whom a record of an origin names where it goes to: who else still has to get it
     */
    Replicator(
            Member target,
            BiFunction<Origin, Member, Set<String>> hints,
            Attempts attempts,
            ReferenceClock reference,
            PendingRecords pending,
            SecondLook secondLook,
            LifeLook lifeLook,
            EventSink events,
            Delivered delivered,
            IntConsumer arrived,
            Runnable empty) {
        this.arrived = arrived;
        this.target = target;
        this.hints = hints;
        this.attempts = attempts;
        this.reference = reference;
        this.pending = pending;
        this.secondLook = secondLook;
        this.lifeLook = lifeLook;
        this.events = events;
        this.delivered = delivered;
        this.empty = empty;
    }

    /**
     * Offers a record that another backend has taken.
     *
     * @return whether it waits here now; if not, the bound was reached, and only a hint knows of it
     */
    boolean offer(VersionedRecord record, Origin origin, @Nullable Delivery delivery) {
        boolean taken = pending.offer(record, origin, attempts.time().clock().nanos(), delivery);
        if (!taken && delivery != null) {
            delivery.putOff();
        }
        pump();
        return taken;
    }

    /** A backend keeps a hint of this record from now on, if it still waits. */
    void hinted(VersionedRecord record, int holder) {
        pending.hinted(record, holder);
    }

    /** The newest record of a key that waits, null if there is none. */
    public @Nullable VersionedRecord newest(RecordKey key) {
        return pending.newest(key);
    }

    /** Whether nothing waits; then no read need look here. */
    public boolean isEmpty() {
        return pending.size() == 0;
    }

    /** How many records wait. */
    public int size() {
        return pending.size();
    }

    /** When the record that has waited longest began to, in monotonic nanoseconds; null if none waits. */
    public @Nullable Long oldestSince() {
        return pending.oldestSince();
    }

    /** What waits, of such origins. */
    List<VersionedRecord> pending(Predicate<Origin> origins) {
        return pending.from(origins);
    }

    /** How many records wait of which this backend keeps a hint. */
    int hintedAt(int source) {
        return pending.hintedAt(source);
    }

    /** How many records wait of which no backend keeps a hint that outlives this process. */
    public int unhinted() {
        return pending.unhinted();
    }

    /** Completes when nothing waits any more, or the backend cannot be reached. */
    CompletableFuture<Void> drained() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        awaitDrained(end);
        return end;
    }

    private void awaitDrained(CompletableFuture<Void> end) {
        if (isEmpty() || !reachable() || window.isStopped()) {
            end.complete(null);
        } else {
            attempts.time().timers().schedule(DRAIN_LOOK, () -> awaitDrained(end));
        }
    }

    boolean hasRoom(int records, long bytes) {
        return pending.hasRoom(records, bytes);
    }

    /** How much may wait, by the settings that say so. */
    String bound() {
        return pending.bound();
    }

    /** Begins no more batches. */
    void stop() {
        window.stop();
    }

    /**
     * Begins as many batches as may be under way; after a pause if the backend has just failed. It has failed the very
     * call whose record is offered, as a rule: one more attempt at once would only count the same failure twice.
     */
    void pump() {
        if (pending.size() > 0 && target.breaker().consecutiveFailures() > 0) {
            pauseAndGoOn();
        } else {
            beginBatches();
        }
    }

    private void beginBatches() {
        while (pending.size() > 0
                && reachable()
                && window.begin(attempts.time().clock().nanos(), pending.presses(BATCH))) {
            List<Sent> batch = pending.take(BATCH, BATCH_BYTES);
            if (batch.isEmpty()) {
                window.ended();
                return;
            }
            // What comes meanwhile may be kept from going with the end of this batch.
            attempts.time().timers().schedule(BatchWindow.GATHER, this::pump);
            send(batch);
        }
    }

    private boolean reachable() {
        return attempts.keeper().current().backend(target.index()).isRoutable();
    }

    private void send(List<Sent> batch) {
        Map<RecordKey, VersionedRecord> here =
                secondLook.newerHere(target, batch.stream().map(Sent::record));
        List<Sent> due = secondLook.due(target, batch);
        if (due.isEmpty()) {
            send(batch, here);
            return;
        }
        var unused = secondLook.look(target, due).whenComplete((looked, failure) -> {
            if (failure == null) {
                sendOthers(batch, looked.waiting(), SecondLook.newest(here, looked.newer()));
            } else {
                putBack(batch);
            }
        });
    }

    /** What has to wait keeps nothing else waiting. */
    private void sendOthers(List<Sent> batch, List<Sent> waiting, Map<RecordKey, VersionedRecord> newer) {
        List<Sent> others =
                batch.stream().filter(sent -> !waiting.contains(sent)).toList();
        if (others.isEmpty()) {
            putBack(batch);
            return;
        }
        waiting.forEach(sent -> pending.postponed(sent).forEach(delivery -> delivery.putOff()));
        send(others, newer);
    }

    /** @param newer what has to go in the place of some */
    private void send(List<Sent> batch, Map<RecordKey, VersionedRecord> newer) {
        List<Member> due = lifeLook.due(target, batch);
        if (due.isEmpty()) {
            send(batch, newer, Set.of());
            return;
        }
        var unused = lifeLook.look(due).thenAccept(silent -> send(batch, newer, silent));
    }

    /** @param silent who may have lost what it acknowledged, as it does not say in which life it is */
    private void send(List<Sent> batch, Map<RecordKey, VersionedRecord> newer, Set<Integer> silent) {
        long begun = attempts.time().clock().nanos();
        Attempt.begin(
                attempts,
                target,
                target.settings().attemptTimeout().toNanos(),
                Attempt.Caller.NOT_WAITING,
                (backend, timeout) -> backend.apply(new ApplyRequest(
                        ApplyKind.REPLAY,
                        batch.stream()
                                .map(sent -> change(
                                        sent, newer.getOrDefault(sent.record().key(), sent.record()), silent))
                                .toList(),
                        Member.GENERATION,
                        target.serverMillisIn(reference, timeout),
                        timeout)),
                new Attempt.Listener<ApplyReply>() {
                    @Override
                    public boolean fits(ApplyReply reply) {
                        return reply.results().size() == batch.size();
                    }

                    @Override
                    public void replied(ApplyReply reply) {
                        attempts.keeper()
                                .seen(target.index(), reply.incarnation().id());
                        Replicator.this.replied(
                                batch, reply.results(), attempts.time().clock().nanos() - begun);
                    }

                    @Override
                    public void failed(BackendException failure) {
                        putBack(batch);
                    }

                    @Override
                    public void rejected(Throwable error) {
                        if (error instanceof InvalidRequestException) {
                            invalid(batch, error);
                        } else {
                            putBack(batch);
                        }
                    }
                });
    }

    /** Of what goes in the place of something older nobody knows who has it, nor of what its source may have lost. */
    private Change change(Sent sent, VersionedRecord record, Set<Integer> silent) {
        Origin from = sent.pending().origin();
        boolean anyMayLack = silent.contains(from.source())
                || record.version().isNewerThan(sent.record().version());
        Origin origin = anyMayLack ? Origin.lostBy(target.index()) : from;
        return new Change(target.capped(reference, record), Condition.none(), hints.apply(origin, target));
    }

    private void replied(List<Sent> batch, List<ApplyResult> results, long took) {
        boolean allHave = true;
        int givenUp = 0;
        for (int i = 0; i < batch.size(); i++) {
            Sent sent = batch.get(i);
            switch (results.get(i).status()) {
                case APPLIED, UNREADABLE -> has(sent, sent.record().version());
                // Whether the source has the newer one as well is looked up by who carries the hint.
                case SUPERSEDED -> met(sent, results.get(i).version());
                // Whether it is still the newest is looked up by who carries the hint.
                case TOO_OLD -> givenUp += leave(sent) ? 1 : 0;
                case LATE, BEHIND, AHEAD, CONDITION_FAILED -> {
                    allHave = false;
                    pending.returned(sent).forEach(delivery -> delivery.putOff());
                }
            }
        }
        tellGivenUp(givenUp, "older than what it keeps of deletions, and no hint keeps them");
        arrived.accept(batch.size());
        boolean slow = took > target.settings().attemptTimeout().toNanos() / 4;
        window.answered(batch.size() >= BATCH, slow);
        if (isEmpty()) {
            empty.run();
        }
        if (allHave) {
            pump();
        } else {
            attempts.probeSoon().accept(target.index());
            pauseAndGoOn();
        }
    }

    private void has(Sent sent, Version version) {
        Done done = pending.delivered(sent);
        if (done != null) {
            delivered.at(target, sent.record(), version, done);
            done.waiting().forEach(delivery -> delivery.delivered(target.index()));
        }
    }

    private void met(Sent sent, Version version) {
        if (!version.isNewerThan(sent.record().version())) {
            has(sent, version);
            return;
        }
        Done done = pending.delivered(sent);
        if (done != null) {
            done.waiting().forEach(delivery -> delivery.delivered(target.index()));
        }
    }

    /** Answers whether nothing else knows of it, so that the target will never have it. */
    private boolean leave(Sent sent) {
        Done done = pending.delivered(sent);
        if (done == null) {
            return false;
        }
        done.waiting().forEach(delivery -> delivery.putOff());
        return !done.origin().hinted();
    }

    private void tellGivenUp(int records, String reason) {
        if (records > 0) {
            events.publish(new StorageEvent.RecordsGivenUp(
                    Instant.ofEpochMilli(attempts.time().clock().wallMillis()), target.name(), records, reason));
        }
    }

    /**
     * One of them is poison. Each goes alone from now on; what is refused alone is left to its hint, which is parked,
     * or given up where there is none.
     */
    private void invalid(List<Sent> batch, Throwable error) {
        if (batch.size() == 1) {
            boolean givenUp = leave(batch.get(0));
            tellGivenUp(givenUp ? 1 : 0, "it found them invalid, and no hint keeps them: " + error.getMessage());
        } else {
            batch.forEach(sent -> sent.pending().sendAlone());
        }
        putBack(batch.size() == 1 ? List.of() : batch);
    }

    private void putBack(List<Sent> batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            pending.returned(batch.get(i)).forEach(delivery -> delivery.putOff());
        }
        window.failed();
        pauseAndGoOn();
    }

    private void pauseAndGoOn() {
        window.pause()
                .ifPresent(length -> attempts.time().timers().schedule(length, () -> {
                    window.pauseOver();
                    beginBatches();
                }));
    }
}
