package io.resilientstorage.testkit.contract;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Backends with one mistake each, as adapters really make them. */
final class BrokenBackends {

    /** Long enough for another thread to come between. */
    private static final long A_MOMENT = 200_000;

    private BrokenBackends() {}

    /** Sends a changed request or change to the right rule. */
    abstract static class OtherRule extends MapBackend {
        ApplyRequest otherRequest(ApplyRequest request) {
            return request;
        }

        Change otherChange(Change change) {
            return change;
        }

        @Override
        ApplyRule.Verdict decide(ApplyRequest request, Change change, Optional<VersionedRecord> stored) {
            return super.decide(otherRequest(request), otherChange(change), stored);
        }
    }

    static class ForgetsTheEndInImmediateReads extends MapBackend {
        @Override
        ReadAnswer immediately(@Nullable Row row) {
            return row == null ? ReadAnswer.Miss.NOTHING : new ReadAnswer.Hit(row.record());
        }
    }

    private static ApplyRequest as(ApplyKind kind, ApplyRequest of) {
        return new ApplyRequest(kind, of.changes(), of.generation(), of.notAfter(), of.mostBehind(), of.timeout());
    }

    static class IgnoresNotAfter extends OtherRule {
        @Override
        ApplyRequest otherRequest(ApplyRequest request) {
            return new ApplyRequest(
                    request.kind(),
                    request.changes(),
                    request.generation(),
                    ApplyRequest.NO_LIMIT,
                    request.mostBehind(),
                    request.timeout());
        }
    }

    static class IgnoresHowFarBehind extends OtherRule {
        @Override
        ApplyRequest otherRequest(ApplyRequest request) {
            return new ApplyRequest(
                    request.kind(), request.changes(), request.generation(), request.notAfter(), request.timeout());
        }
    }

    static class TakesReplaysAsDirect extends OtherRule {
        @Override
        ApplyRequest otherRequest(ApplyRequest request) {
            return as(ApplyKind.DIRECT, request);
        }
    }

    static class TakesDirectAsReplay extends OtherRule {
        @Override
        ApplyRequest otherRequest(ApplyRequest request) {
            return as(request.kind() == ApplyKind.DIRECT ? ApplyKind.REPLAY : request.kind(), request);
        }
    }

    static class SeedsAsReplays extends OtherRule {
        @Override
        ApplyRequest otherRequest(ApplyRequest request) {
            return as(request.kind() == ApplyKind.SEED ? ApplyKind.REPLAY : request.kind(), request);
        }
    }

    static class IgnoresConditions extends OtherRule {
        @Override
        Change otherChange(Change change) {
            return new Change(change.record(), Condition.none(), change.hintsFor());
        }
    }

    static class TakesVersionsFromTheFuture extends MapBackend {
        @Override
        ApplyRule.Verdict decide(ApplyRequest request, Change change, Optional<VersionedRecord> stored) {
            ApplyRule.Verdict verdict = super.decide(request, change, stored);
            if (verdict.result().status() != ApplyStatus.AHEAD) {
                return verdict;
            }
            Version version = change.record().version();
            return new ApplyRule.Verdict(
                    new ApplyResult(ApplyStatus.APPLIED, version, false), Optional.of(change.record()));
        }
    }

    static class ForgetsTombstonesOfAbsentKeys extends MapBackend {
        @Override
        ApplyRule.Verdict decide(ApplyRequest request, Change change, Optional<VersionedRecord> stored) {
            ApplyRule.Verdict verdict = super.decide(request, change, stored);
            return stored.isEmpty() && change.record().content().isTombstone()
                    ? new ApplyRule.Verdict(verdict.result(), Optional.empty())
                    : verdict;
        }
    }

    static class ForgetsWhatArrivesExpired extends MapBackend {
        @Override
        ApplyRule.Verdict decide(ApplyRequest request, Change change, Optional<VersionedRecord> stored) {
            ApplyRule.Verdict verdict = super.decide(request, change, stored);
            return change.record().isExpired(now())
                    ? new ApplyRule.Verdict(verdict.result(), Optional.empty())
                    : verdict;
        }
    }

    static class ForgetsTheVersionOfWhatHasEnded extends MapBackend {
        @Override
        ApplyRule.Verdict decide(ApplyRequest request, Change change, Optional<VersionedRecord> stored) {
            return super.decide(request, change, stored.filter(record -> !record.isExpired(now())));
        }
    }

    static class KeepsTheFirstOfEqualVersions extends MapBackend {
        @Override
        ApplyRule.Verdict decide(ApplyRequest request, Change change, Optional<VersionedRecord> stored) {
            boolean equal = request.kind() != ApplyKind.DIRECT
                    && stored.isPresent()
                    && stored.get().version().equals(change.record().version());
            ApplyRule.Verdict verdict = super.decide(request, change, stored);
            return equal && verdict.store().isPresent()
                    ? new ApplyRule.Verdict(
                            new ApplyResult(
                                    ApplyStatus.SUPERSEDED,
                                    change.record().version(),
                                    verdict.result().metLive()),
                            Optional.empty())
                    : verdict;
        }
    }

    static class ComparesVersionsAsDoubles extends OtherRule {
        @Override
        Change otherChange(Change change) {
            VersionedRecord record = change.record();
            Version rounded = new Version(record.version().timestamp(), (long)
                    (double) record.version().writer());
            return new Change(record.withVersion(rounded), change.condition(), change.hintsFor());
        }
    }

    static class JudgesExpiryByTheWallClock extends MapBackend {
        @Override
        boolean isLive(VersionedRecord record) {
            return record.isLive(context().time().clock().wallMillis());
        }
    }

    static class NeverExpires extends MapBackend {
        @Override
        boolean isLive(VersionedRecord record) {
            return !record.content().isTombstone();
        }
    }

    static class FoldsCase extends MapBackend {
        @Override
        Place place(int generation, RecordKey key) {
            return super.place(
                    generation, new RecordKey(key.namespace(), key.key().toLowerCase(Locale.ROOT)));
        }
    }

    static class IgnoresGenerations extends MapBackend {
        @Override
        Place place(int generation, RecordKey key) {
            return super.place(1, key);
        }
    }

    static class GluesNamespaceAndKey extends MapBackend {
        @Override
        Place place(int generation, RecordKey key) {
            return super.place(generation, new RecordKey("", key.namespace() + key.key()));
        }
    }

    static class HintsWhatItDidNotApply extends MapBackend {
        @Override
        boolean isHinted(ApplyRule.Verdict verdict) {
            return true;
        }
    }

    static class NeverHints extends MapBackend {
        @Override
        boolean isHinted(ApplyRule.Verdict verdict) {
            return false;
        }
    }

    static class ClearsHintsAtAnyVersion extends MapBackend {
        @Override
        boolean isDelivered(Hint kept, Version delivered) {
            return true;
        }
    }

    /** What was delivered late goes without notice if the hint has gone. */
    static class ClearsWithoutLookingAtWhatStands extends MapBackend {
        @Override
        Optional<Version> lacking(Hint delivered) {
            return Optional.empty();
        }
    }

    static class ScansByLike extends MapBackend {
        @Override
        boolean matches(String prefix, String key) {
            return key.matches(
                    "(?s)" + Pattern.quote(prefix).replace("%", "\\E.*\\Q").replace("_", "\\E.\\Q") + ".*");
        }
    }

    static class DeclaresNoScan extends MapBackend {
        @Override
        public Optional<RecordScan> scan() {
            return Optional.empty();
        }
    }

    static class KeepsItsIncarnation extends MapBackend {
        @Override
        Incarnation incarnation() {
            return new Incarnation("always");
        }
    }

    static class OverwritesNewerFormats extends MapBackend {
        @Override
        boolean isReadable(Row row) {
            return true;
        }
    }

    static class LosesContentAtARestart extends MapBackend {
        @Override
        synchronized void restart() {
            super.restart();
            clear();
        }
    }

    static class SetsTheSentinelBlindly extends MapBackend {
        @Override
        boolean isExpected(Optional<Sentinel> standing, Optional<Sentinel> expected) {
            return true;
        }
    }

    static class SetsTheSentinelInAnyLife extends MapBackend {
        @Override
        boolean isLife(Incarnation life) {
            return true;
        }
    }

    static class KeepsWatermarksAsDoubles extends MapBackend {
        @Override
        String stored(Sentinel sentinel) {
            return sentinel.withWatermark((long) (double) sentinel.watermark()).text();
        }
    }

    static class BelievesColdMisses extends MapBackend {
        @Override
        MissTrust trust(boolean missed) {
            return MissTrust.BELIEVED;
        }
    }

    static class DoubtsHits extends MapBackend {
        @Override
        MissTrust trust(boolean missed) {
            return super.trust(true);
        }
    }

    static class KeepsTheSentinelElsewhere extends MapBackend {
        @Override
        synchronized void clear() {
            SentinelReply kept =
                    sentinels().orElseThrow().read().toCompletableFuture().join();
            super.clear();
            kept.sentinel()
                    .ifPresent(sentinel ->
                            sentinels().orElseThrow().compareAndSet(kept.incarnation(), Optional.empty(), sentinel));
        }
    }

    static class TellsNoSentinelWhenHintsAreCleared extends MapBackend {
        @Override
        ClearReply cleared() {
            return ClearReply.of(incarnation(), Optional.empty());
        }
    }

    /** As a client does that looks once and goes by that. */
    static class TellsTheSentinelThatItRemembers extends MapBackend {
        private Optional<Sentinel> remembered = Optional.empty();

        @Override
        ClearReply cleared() {
            ClearReply reply = super.cleared();
            remembered = reply.sentinel().or(() -> remembered);
            return ClearReply.of(reply.incarnation(), remembered);
        }
    }

    static class TellsASentinelAndSaysThatItDoesNot extends MapBackend {
        @Override
        ClearReply cleared() {
            ClearReply reply = super.cleared();
            return new ClearReply(reply.incarnation(), false, reply.sentinel());
        }
    }

    static class ScansFromTheOldest extends MapBackend {
        @Override
        Comparator<Row> latestFirst() {
            return super.latestFirst().reversed();
        }
    }

    static class HeadLagsBehind extends MapBackend {
        @Override
        long head(long newest) {
            return Math.max(0, newest - 1);
        }
    }

    static class HeadRunsAhead extends MapBackend {
        @Override
        long head(long newest) {
            return newest + 1;
        }
    }

    /** Takes the position when the write begins, and shows the row when it commits. */
    static class PositionsFromASequence extends MapBackend {
        @Override
        public CompletionStage<ApplyReply> apply(ApplyRequest request) {
            return CompletableFuture.completedFuture(applyAll(request));
        }

        @Override
        void put(int generation, VersionedRecord record, boolean readable) {
            Row row;
            synchronized (this) {
                row = new Row(generation, record, nextPosition(), readable);
            }
            LockSupport.parkNanos(A_MOMENT);
            store(row);
        }
    }
}
