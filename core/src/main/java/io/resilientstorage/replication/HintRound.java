package io.resilientstorage.replication;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.Version;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One round of a {@link HintCarrier}: claims some hints, reads their records again where the hints are (never from
 * memory of this process), sends them, and clears what was delivered. A record that has gone at the source acts as a
 * tombstone at the hint's version, at both ends. What the target refuses as invalid is tried {@value #TRIES} times and
 * then parked.
 *
 * <p>That a record has gone is believed only in the life of the source in which its hint was claimed, and not while the
 * source is COLD. Else the source may have lost the record and its hint together, after the claim, and what it lost
 * would be deleted at all the others.
 *
 * <p>What stands at a shared source is the newest that there is, however old, if the source is durable or recovery has
 * found it whole in the life in which it was read. What a volatile one has before that may have ended elsewhere, so
 * long ago that the target has forgotten it: its hint stays until the source is whole. What one host or one process has
 * can be too old for good, and is given up.
 */
final class HintRound {

    static final int TRIES = 5;

    /**
     * What the target is to get.
     *
     * @param hint for which it gets it
     * @param record what stands at the source, or what is newer
     * @param replaces whether it is newer than what stands there, so that nobody knows who has it
     */
    private record Sent(Hint hint, VersionedRecord record, boolean replaces) {

        Sent withRecord(VersionedRecord other) {
            return new Sent(hint, other, replaces);
        }
    }

    private static final int BATCH = 500;
    private static final Duration CLAIM = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Member source;
    private final Member target;
    private final HintStore store;
    private final MirrorSet mirrors;
    private final Attempts attempts;
    private final BatchAttempts batches;
    private final ReferenceClock reference;
    private final EventSink events;
    private final IntConsumer arrived;
    private final SecondLook secondLook;
    private final Predicate<String> whole;

    /** @param whole whether recovery found that the source, in the life of that id, has all that it had */
    HintRound(
            Member source,
            Member target,
            HintStore store,
            MirrorSet mirrors,
            SecondLook secondLook,
            Attempts attempts,
            ReferenceClock reference,
            EventSink events,
            Predicate<String> whole,
            IntConsumer arrived) {
        this.whole = whole;
        this.events = events;
        this.arrived = arrived;
        this.source = source;
        this.target = target;
        this.store = store;
        this.mirrors = mirrors;
        this.attempts = attempts;
        this.batches = new BatchAttempts(attempts, reference);
        this.reference = reference;
        this.secondLook = secondLook;
    }

    /** Carries some hints. Answers whether there were any; fails if they could not be delivered now. */
    CompletableFuture<Boolean> carry() {
        // Before the claim: a life that is still the same when the records are read was the same at the claim.
        Optional<String> life =
                attempts.keeper().current().backend(source.index()).incarnation();
        return Question.ask(attempts.time(), TIMEOUT, () -> store.claim(target.name(), BATCH, CLAIM))
                .thenCompose(hints -> hints.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : batches.read(source, hints.stream().map(Hint::key).toList())
                                .thenCompose(reply -> send(hints, reply, life))
                                .thenApply(any -> true));
    }

    private CompletableFuture<Void> send(List<Hint> hints, ReadReply reply, Optional<String> lifeOfClaim) {
        List<ReadAnswer> answers = reply.answers();
        boolean mayHaveLost = reply.missTrust() == MissTrust.COLD
                || !lifeOfClaim.equals(Optional.of(reply.incarnation().id()));
        boolean doubted = false;
        List<Change> gone = new ArrayList<>();
        List<Hint> unreadable = new ArrayList<>();
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < hints.size(); i++) {
            Hint hint = hints.get(i);
            if (answers.get(i) instanceof ReadAnswer.Unreadable) {
                unreadable.add(hint);
                continue;
            }
            boolean hasGone = CarriedRecord.hasGone(hint, answers.get(i));
            if (hasGone && mayHaveLost) {
                doubted = true;
                continue;
            }
            VersionedRecord record = CarriedRecord.of(hint, answers.get(i));
            sent.add(new Sent(hint, record, false));
            if (hasGone) {
                gone.add(change(source, record, Set.of()));
            }
        }
        CompletableFuture<?> parked =
                unreadable.isEmpty() ? done() : park(unreadable, "what stands at the source cannot be read");
        CompletableFuture<?> buried = gone.isEmpty()
                ? done()
                : batches.apply(source, ApplyKind.REPLAY, gone).thenApply(results -> null);
        ApplyKind kind = isAuthority(reply.incarnation().id()) ? ApplyKind.SEED : ApplyKind.REPLAY;
        CompletableFuture<Void> carried = CompletableFuture.allOf(parked, buried)
                .thenCompose(both -> newest(sent))
                .thenCompose(this::withLivesOfTarget)
                .thenCompose(newest -> deliver(newest, kind));
        return doubted
                ? carried.thenCompose(any -> later("what has gone at the source may be lost there and not have ended"))
                : carried;
    }

    /**
     * The same, or what is newer than they. What one host or one process has may be older than what stands elsewhere,
     * and this process may know more than the source, which gets it yet.
     */
    private CompletableFuture<List<Sent>> newest(List<Sent> sent) {
        List<VersionedRecord> records = sent.stream().map(Sent::record).toList();
        Map<RecordKey, VersionedRecord> here = secondLook.newerHere(target, records.stream());
        CompletableFuture<Map<RecordKey, VersionedRecord>> elsewhere =
                records.isEmpty() || mirrors.contains(source.index())
                        ? CompletableFuture.completedFuture(Map.of())
                        : secondLook.newer(source.index(), target, records).exceptionally(failure -> Map.of());
        return elsewhere.thenApply(there -> {
            Map<RecordKey, VersionedRecord> newer = SecondLook.newest(here, there);
            return sent.stream()
                    .map(each -> newer.containsKey(each.hint().key())
                            ? new Sent(
                                    each.hint(),
                                    Objects.requireNonNull(newer.get(each.hint().key())),
                                    true)
                            : each)
                    .toList();
        });
    }

    /** A source with a ttlCap tells an earlier end than the record has. Where the target has it, it keeps its own. */
    private CompletableFuture<List<Sent>> withLivesOfTarget(List<Sent> sent) {
        if (source.settings().ttlCap().isEmpty()) {
            return CompletableFuture.completedFuture(sent);
        }
        List<VersionedRecord> capped = sent.stream()
                .map(Sent::record)
                .filter(record -> !record.content().isTombstone())
                .toList();
        if (capped.isEmpty()) {
            return CompletableFuture.completedFuture(sent);
        }
        return batches.read(target, capped.stream().map(VersionedRecord::key).toList())
                .thenApply(reply -> {
                    Map<RecordKey, VersionedRecord> there = SameVersion.of(capped, reply.answers());
                    return sent.stream()
                            .map(each -> each.withRecord(
                                    there.getOrDefault(each.record().key(), each.record())))
                            .toList();
                });
    }

    /** A hint that still stands is claimed again when its claim has ended. */
    private static CompletableFuture<Void> later(String why) {
        return CompletableFuture.failedFuture(BackendException.refused(why));
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> settle(Supplier<CompletionStage<Void>> how) {
        return Question.ask(attempts.time(), TIMEOUT, how);
    }

    private CompletableFuture<Void> deliver(List<Sent> sent, ApplyKind kind) {
        if (sent.isEmpty()) {
            return done();
        }
        List<Change> changes = sent.stream()
                .map(each -> change(
                        target,
                        each.record(),
                        mirrors.hintsOfReplay(each.replaces() ? target.index() : source.index(), target)))
                .toList();
        CompletableFuture<Void> end = new CompletableFuture<>();
        var unused = batches.apply(target, kind, changes).whenComplete((results, failure) -> {
            CompletableFuture<Void> next =
                    failure == null ? delivered(sent, results) : undelivered(sent, kind, reason(failure));
            next = next.whenComplete((any, trouble) -> {
                if (trouble == null) {
                    end.complete(null);
                } else {
                    end.completeExceptionally(trouble);
                }
            });
        });
        return end;
    }

    /** What a stage made of it goes, and the failure's own cause stays: its type is looked at. */
    private static Throwable reason(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private CompletableFuture<Void> undelivered(List<Sent> sent, ApplyKind kind, Throwable cause) {
        if (!(cause instanceof InvalidRequestException)) {
            return CompletableFuture.failedFuture(cause);
        }
        return sent.size() == 1 ? poison(sent.get(0).hint(), cause) : oneByOne(sent, kind);
    }

    private CompletableFuture<Void> oneByOne(List<Sent> sent, ApplyKind kind) {
        CompletableFuture<Void> all = done();
        for (Sent each : sent) {
            all = all.thenCompose(before -> deliver(List.of(each), kind));
        }
        return all;
    }

    private CompletableFuture<Void> poison(Hint hint, Throwable cause) {
        return hint.tries() + 1 >= TRIES
                ? park(List.of(hint), String.valueOf(cause.getMessage()))
                : settle(() -> store.retry(List.of(hint)));
    }

    private CompletableFuture<Void> park(List<Hint> hints, String reason) {
        return settle(() -> store.park(hints))
                .thenRun(() -> hints.forEach(hint -> events.publish(new StorageEvent.HintParked(
                        now(), target.name(), source.name(), hint.key().namespace(), reason))));
    }

    private Instant now() {
        return Instant.ofEpochMilli(attempts.time().clock().wallMillis());
    }

    private CompletableFuture<Void> delivered(List<Sent> sent, List<ApplyResult> results) {
        List<Hint> cleared = new ArrayList<>();
        List<Hint> behind = new ArrayList<>();
        long tooOld = 0;
        for (int i = 0; i < sent.size(); i++) {
            ApplyStatus status = results.get(i).status();
            tooOld += status == ApplyStatus.TOO_OLD ? 1 : 0;
            boolean stays = status == ApplyStatus.LATE
                    || status == ApplyStatus.AHEAD
                    || (status == ApplyStatus.TOO_OLD && isShared());
            if (!stays) {
                Hint hint = sent.get(i).hint();
                Version had = sent.get(i).record().version();
                Version met = results.get(i).version();
                Version version = newer(had, met);
                if (status == ApplyStatus.SUPERSEDED && met.isNewerThan(had)) {
                    behind.add(new Hint(source.name(), hint.key(), met, 0, 0));
                }
                cleared.add(new Hint(target.name(), hint.key(), newer(version, hint.version()), 0, 0));
            }
        }
        if (tooOld > 0 && !isShared()) {
            events.publish(new StorageEvent.RecordsGivenUp(
                    now(), target.name(), tooOld, "older than what it keeps of deletions"));
        }
        if (cleared.isEmpty()) {
            return later("the clocks have come apart, or the source is not whole yet");
        }
        arrived.accept(cleared.size());
        return noteAt(target, behind)
                .thenCompose(any -> Question.ask(attempts.time(), TIMEOUT, () -> store.clear(cleared)))
                .thenAccept(reply -> attempts.keeper()
                        .seen(source.index(), reply.incarnation().id()));
    }

    /**
     * The source was just read, and the target has something newer: whoever brought that there, the source gets it.
     * Else an older record that came late, where the newer one has ended and is forgotten, would stay.
     */
    private CompletableFuture<Void> noteAt(Member holder, List<Hint> behind) {
        Optional<HintStore> hints = holder.backend().hints();
        return behind.isEmpty() || hints.isEmpty() || !mirrors.contains(source.index())
                ? done()
                : settle(() -> hints.get().note(behind));
    }

    private static Version newer(Version one, Version other) {
        return one.isNewerThan(other) ? one : other;
    }

    private boolean isShared() {
        return source.traits().scope() == Scope.SHARED;
    }

    private boolean isAuthority(String life) {
        return isShared() && (source.traits().durability() == Durability.DURABLE || whole.test(life));
    }

    private Change change(Member to, VersionedRecord record, Set<String> hintsFor) {
        return new Change(to.capped(reference, record), Condition.none(), hintsFor);
    }
}
