package io.resilientstorage.recovery;

import io.resilientstorage.api.Recovery;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.replication.SameVersion;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Brings records to one backend in bulk: all of the mirror's, what the mirror has committed since, or all of another
 * backend's. Each is one run, which ends with the first failure or when it is overtaken.
 */
final class Streams {

    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Nobody has it. */
    private static final RecordKey SMALL = new RecordKey("-", "pace");

    private final Member member;
    private final Attempts attempts;
    private final ReferenceClock reference;
    private final Duration tombstoneLife;
    private final IntSupplier waitingCalls;
    private final BooleanSupplier current;
    private final Consumer<Progress> progress;

    /**
     * The streams of one run.
     *
     * @param waitingCalls how many calls of this process wait for an answer now
     * @param current whether the run was not overtaken
     * @param progress given the progress of each stream when it begins
     */
    Streams(
            Member member,
            Attempts attempts,
            ReferenceClock reference,
            Duration tombstoneLife,
            IntSupplier waitingCalls,
            BooleanSupplier current,
            Consumer<Progress> progress) {
        this.member = member;
        this.attempts = attempts;
        this.reference = reference;
        this.tombstoneLife = tombstoneLife;
        this.waitingCalls = waitingCalls;
        this.current = current;
        this.progress = progress;
    }

    /**
     * Streams the mirror in, newest first. What was deleted goes along: a process that did not hear of it may still
     * have something older to bring, which would be found here as if it were the newest.
     */
    CompletableFuture<Void> fill(ChangeScan changes, long upTo) {
        return down(
                Recovery.Step.WARMING_UP,
                changes,
                upTo,
                record -> record.content().isTombstone() || isLive(record),
                CompletableFuture::completedFuture);
    }

    /** Ends in the mirror what has ended elsewhere. */
    CompletableFuture<Void> end(LostDeletions lost) {
        return lost.begin()
                .thenCompose(
                        any -> down(Recovery.Step.RECONCILING, lost.changes(), lost.head(), this::isLive, lost::among));
    }

    private boolean isLive(VersionedRecord record) {
        return record.isLive(reference.millis());
    }

    /** Applies what is made of the records up to a position that are wanted, the newest first. */
    private CompletableFuture<Void> down(
            Recovery.Step step,
            ChangeScan changes,
            long upTo,
            Predicate<VersionedRecord> wanted,
            Function<List<VersionedRecord>, CompletionStage<List<VersionedRecord>>> made) {
        AtomicLong from = new AtomicLong(upTo);
        PagePump.Source pages = limit -> from.get() <= 0
                ? CompletableFuture.completedFuture(new PagePump.Page(List.of(), 0, true))
                : ask(() -> changes.latest(from.get(), Member.GENERATION, limit))
                        .thenCompose(page -> {
                            List<VersionedRecord> some =
                                    page.records().stream().filter(wanted).toList();
                            return made.apply(some).thenApply(records -> {
                                from.set(page.position());
                                return new PagePump.Page(records, page.position(), page.position() <= 0);
                            });
                        });
        return pump(step, pages, () -> 1 - (double) from.get() / upTo).thenApply(position -> null);
    }

    /**
     * Applies what the mirror has committed after a position and up to its head, as it was when this began; answers the
     * position up to which that is all. What is committed later is not waited for: it reaches the backend by itself or
     * has a hint, and a stream that ran after it would never end under load.
     */
    CompletableFuture<Long> catchUp(ChangeScan changes, long after, long head) {
        AtomicLong from = new AtomicLong(after);
        PagePump.Source pages = limit -> ask(() -> changes.changes(from.get(), Member.GENERATION, limit))
                .thenApply(page -> {
                    from.set(page.position());
                    return new PagePump.Page(
                            page.records(), page.position(), page.records().isEmpty() || page.position() >= head);
                });
        return pump(
                Recovery.Step.REPLAYING,
                pages,
                () -> head <= after ? 1 : (double) (from.get() - after) / (head - after));
    }

    private CompletableFuture<Long> pump(Recovery.Step step, PagePump.Source pages, DoubleSupplier part) {
        Progress mine = new Progress(step, attempts.time().clock());
        progress.accept(mine);
        Pace pace = new Pace(
                attempts.time(),
                waitingCalls,
                () -> ask(() -> member.backend().read(new ReadRequest(List.of(SMALL), Member.GENERATION, TIMEOUT))));
        PagePump.Sink sink = records -> apply(member, records).thenRun(() -> {
            mine.applied(records.size());
            mine.part(part.getAsDouble());
        });
        return pace.begin().thenCompose(any -> new PagePump(pages, sink, pace).run());
    }

    /**
     * Brings all that another backend has, and what it remembers to have ended: something older may still come from a
     * process that knows of no end, and has to lose here as well.
     */
    CompletableFuture<Void> copy(Member from, RecordScan scan) {
        AtomicReference<Optional<String>> cursor = new AtomicReference<>(Optional.empty());
        PagePump.Source pages = limit -> ask(() ->
                        scan.scan(request(Objects.requireNonNull(cursor.get()), limit, true)))
                .thenCompose(page -> withoutWhatStands(from, page.records()).thenApply(records -> {
                    cursor.set(page.cursor());
                    return new PagePump.Page(records, 0, page.cursor().isEmpty());
                }));
        return pump(Recovery.Step.REBUILDING, pages, () -> 0).thenApply(position -> null);
    }

    /**
     * Drops what stands here under the same version where it may end sooner there than it should: it has a ttlCap, or
     * has ended by another clock.
     */
    private CompletableFuture<List<VersionedRecord>> withoutWhatStands(Member from, List<VersionedRecord> records) {
        boolean capped = from.settings().ttlCap().isPresent();
        List<VersionedRecord> doubtful = records.stream()
                .filter(record -> capped || record.content().isTombstone())
                .toList();
        if (doubtful.isEmpty()) {
            return CompletableFuture.completedFuture(records);
        }
        List<RecordKey> keys = doubtful.stream().map(VersionedRecord::key).toList();
        return ask(() -> member.backend().read(new ReadRequest(keys, Member.GENERATION, TIMEOUT)))
                .thenApply(reply -> {
                    Map<RecordKey, VersionedRecord> here = SameVersion.of(doubtful, reply.answers());
                    return records.stream()
                            .filter(record -> !here.containsKey(record.key()))
                            .toList();
                });
    }

    private static RecordScan.Request request(Optional<String> cursor, int limit, boolean ended) {
        return new RecordScan.Request(Optional.empty(), "", Member.GENERATION, cursor, limit, ended);
    }

    /**
     * Compares each record of the backend with the mirror's. What the mirror knows to have changed or ended is applied.
     * What the mirror does not know was deleted there so long ago that the tombstone is gone, if it is that old; if it
     * is younger, the mirror lacks it and gets it.
     */
    CompletableFuture<Void> reconcile(Member mirror) {
        progress.accept(new Progress(Recovery.Step.RECONCILING, attempts.time().clock()));
        Optional<RecordScan> scan = member.backend().scan();
        return scan.isEmpty() ? done() : reconcile(mirror, scan.get(), Optional.empty());
    }

    private CompletableFuture<Void> reconcile(Member mirror, RecordScan scan, Optional<String> cursor) {
        return ask(() -> scan.scan(request(cursor, Pace.PAGE, false)))
                .thenCompose(page -> compare(mirror, page.records())
                        .thenCompose(any -> page.cursor().isEmpty() ? done() : reconcile(mirror, scan, page.cursor())));
    }

    private CompletableFuture<Void> compare(Member mirror, List<VersionedRecord> records) {
        if (records.isEmpty()) {
            return done();
        }
        Duration timeout = mirror.settings().attemptTimeout();
        CompletableFuture<ReadReply> asked = ask(() -> mirror.backend()
                .read(new ReadRequest(
                        records.stream().map(VersionedRecord::key).toList(), Member.GENERATION, timeout)));
        return asked.thenCompose(reply -> {
            List<VersionedRecord> down = new ArrayList<>();
            List<VersionedRecord> up = new ArrayList<>();
            long forgotten = reference.millis() - tombstoneLife.toMillis();
            for (int i = 0; i < records.size(); i++) {
                VersionedRecord record = records.get(i);
                ReadAnswer answer = reply.answers().get(i);
                if (answer instanceof ReadAnswer.Hit hit) {
                    down.add(hit.record());
                } else if (answer instanceof ReadAnswer.Miss miss) {
                    if (!record.version().isNewerThan(miss.version())) {
                        down.add(VersionedRecord.ended(record.key(), miss.version()));
                    } else if (record.version().millis() < forgotten) {
                        down.add(VersionedRecord.ended(record.key(), record.version()));
                    } else {
                        up.add(record);
                    }
                }
            }
            return apply(member, down).thenCompose(any -> apply(mirror, up));
        });
    }

    private CompletableFuture<Void> apply(Member to, List<VersionedRecord> records) {
        if (!current.getAsBoolean()) {
            return CompletableFuture.failedFuture(new Overtaken());
        }
        if (records.isEmpty()) {
            return done();
        }
        List<Change> changes = records.stream()
                .map(record -> Change.of(to.capped(reference, record)))
                .toList();
        return ask(() -> to.backend()
                        .apply(new ApplyRequest(
                                ApplyKind.SEED,
                                changes,
                                Member.GENERATION,
                                to.serverMillisIn(reference, TIMEOUT),
                                TIMEOUT)))
                .thenCompose(reply -> isTooLate(reply) ? tooLate(to) : done());
    }

    private static boolean isTooLate(ApplyReply reply) {
        return reply.results().stream().anyMatch(result -> result.status() == ApplyStatus.LATE);
    }

    /** Its clock has been stepped since it was last looked at: nothing arrives until it is looked at again. */
    private CompletableFuture<Void> tooLate(Member to) {
        attempts.probeSoon().accept(to.index());
        return CompletableFuture.failedFuture(BackendException.refused("it found too late what it was sent"));
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    private <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
        return Question.ask(attempts.time(), TIMEOUT, question);
    }
}
