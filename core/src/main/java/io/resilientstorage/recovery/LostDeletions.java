package io.resilientstorage.recovery;

import io.resilientstorage.api.Sync;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.state.BackendState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What has ended since the state to which the mirror went back is live there again, and a backend that was whole
 * meanwhile misses it. That one, the witness, had everything up to its watermark, which is beyond the mirror's head: so
 * what it misses it has missed since, and it is ended in the mirror too.
 *
 * <p>Up to that head there may also be writes that the mirror took after it went back and that the witness did not get
 * yet. Each of these has a hint at the mirror until the witness has got it. So the order matters: the head is asked,
 * then the hints are counted, then the witness is asked. If there is a hint, nothing is told by a miss. A write that
 * comes later has a newer version than the one that is ended, and stays.
 *
 * <p>Used for one run, by one thread at a time.
 */
final class LostDeletions {

    private final Member mirror;
    private final long head;
    private final OtherMirror witness;
    private final Attempts attempts;
    private final BooleanSupplier mayWait;
    private final AtomicLong left = new AtomicLong();
    /** Empty if the mirror keeps none. */
    private volatile Optional<HintSummary> hints = Optional.empty();

    private volatile String why = "";

    private LostDeletions(Member mirror, long head, OtherMirror witness, Attempts attempts, BooleanSupplier mayWait) {
        this.mirror = mirror;
        this.head = head;
        this.witness = witness;
        this.attempts = attempts;
        this.mayWait = mayWait;
    }

    /**
     * Those of one run; empty if the mirror lost everything, or nobody can tell.
     *
     * @param mirror the backend that went back
     * @param cold its sentinel while it is filled
     * @param mayWait asked when the witness cannot be believed yet: whether the run may fail for that, to be begun
     *     again
     */
    static Optional<LostDeletions> of(
            Member mirror, Sentinel cold, List<OtherMirror> others, Attempts attempts, BooleanSupplier mayWait) {
        return others.stream()
                .filter(other -> cold.watermark() > 0 && other.knewAll(cold))
                .findFirst()
                .map(witness -> new LostDeletions(mirror, cold.watermark(), witness, attempts, mayWait));
    }

    /** Up to which position of the mirror they may be. */
    long head() {
        return head;
    }

    ChangeScan changes() {
        return mirror.backend().changes().orElseThrow();
    }

    /** Why some of what has ended may be live in the mirror again; empty if nothing is. */
    Optional<String> left() {
        return left.get() == 0
                ? Optional.empty()
                : Optional.of(witness.member().name() + " does not have " + left.get() + " of its records, but " + why);
    }

    /** Counts the hints; before anything else. */
    CompletableFuture<Void> begin() {
        Optional<HintStore> store = mirror.backend().hints();
        return store.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : ask(() -> store.get().summary(witness.member().name()))
                        .thenAccept(summary -> hints = Optional.of(summary));
    }

    /** The tombstones of those of these live records of the mirror that have ended meanwhile. */
    CompletionStage<List<VersionedRecord>> among(List<VersionedRecord> records) {
        if (records.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Member asked = witness.member();
        List<RecordKey> keys = records.stream().map(VersionedRecord::key).toList();
        BackendState before = attempts.keeper().current().backend(asked.index());
        return ask(() -> asked.backend().read(new ReadRequest(keys, Member.GENERATION, Streams.TIMEOUT)))
                .thenApply(reply -> judge(records, before, reply));
    }

    private List<VersionedRecord> judge(List<VersionedRecord> records, BackendState before, ReadReply reply) {
        String life = reply.incarnation().id();
        attempts.keeper().seen(witness.member().index(), life);
        if (!life.equals(witness.life()) || reply.missTrust() == MissTrust.COLD) {
            throw BackendException.refused("the backend that has everything is in another life than it was");
        }
        List<VersionedRecord> ended = new ArrayList<>();
        List<VersionedRecord> missed = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            if (reply.answers().get(i) instanceof ReadAnswer.Miss miss) {
                VersionedRecord record = records.get(i);
                if (record.version().isNewerThan(miss.version())) {
                    // Of equal versions the tombstone wins.
                    missed.add(VersionedRecord.ended(record.key(), record.version()));
                } else {
                    // It remembers the end itself: nothing else has to be known of it.
                    ended.add(VersionedRecord.ended(record.key(), miss.version()));
                }
            }
        }
        if (missed.isEmpty()) {
            return ended;
        }
        Optional<String> doubt = never(reply.missTrust()).or(() -> notYet(before));
        if (doubt.isPresent()) {
            why = doubt.get();
            left.addAndGet(missed.size());
        } else {
            ended.addAll(missed);
        }
        return ended;
    }

    /** Why a miss tells nothing, and will not. */
    private Optional<String> never(MissTrust trust) {
        if (hints.isEmpty()) {
            return Optional.of("it was never told of what it still has to get");
        }
        if (trust != MissTrust.BELIEVED) {
            return Optional.of("it drops records to make room");
        }
        if (witness.member().settings().ttlCap().isPresent()) {
            return Optional.of("it has a ttlCap");
        }
        // Of a namespace in which only the active backend gets a write, one that is worse has nothing.
        return witness.member().index() > mirror.index()
                ? Optional.of("it is not a better backend, and need not get every write")
                : Optional.empty();
    }

    /**
     * Why a miss tells nothing now; fails if that may be waited for. A witness that this process does not know to be in
     * sync may have lost what it got after the mirror went back: waiting gives those who know time to note hints. A
     * process that has just begun knows no witness in sync before the mirror is whole, so it does not wait for more.
     */
    private Optional<String> notYet(BackendState before) {
        boolean waiting = hints.stream().anyMatch(summary -> summary.pending() + summary.parked() > 0);
        BackendState now = attempts.keeper().current().backend(witness.member().index());
        boolean inSync = now.asSeenSince(before).sync() == Sync.IN_SYNC;
        if ((waiting || !inSync) && mayWait.getAsBoolean()) {
            throw BackendException.refused("the backend that has everything may still have to get something");
        }
        return waiting ? Optional.of("it still has to get others, and perhaps these") : Optional.empty();
    }

    private <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
        return Question.ask(attempts.time(), Streams.TIMEOUT, question);
    }
}
