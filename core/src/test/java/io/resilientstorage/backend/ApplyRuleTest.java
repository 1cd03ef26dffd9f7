package io.resilientstorage.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApplyRuleTest {

    private static final long NOW = 1_704_067_200_000L;
    private static final Duration LIFE = Duration.ofHours(24);
    private static final Version OLD = Version.of(NOW - 2_000, 0, 1);
    private static final Version NEW = Version.of(NOW - 1_000, 0, 1);
    private static final Version MINE = Version.of(NOW - 1_500, 0, 9);

    // ---- what is refused before anything else is looked at

    @ParameterizedTest
    @EnumSource
    void atItsNotAfterTimeARecordIsTakenAndAMillisecondLaterItIsLate(ApplyKind kind) {
        assertApplied(decide(kind, NOW, value(NEW), nothing()), value(NEW), false);
        assertLeft(decide(kind, NOW - 1, value(NEW), nothing()), ApplyStatus.LATE, Version.NONE, false);
        assertLeft(decide(kind, NOW - 1, value(NEW), stored(value(OLD))), ApplyStatus.LATE, OLD, true);
    }

    @ParameterizedTest
    @EnumSource
    void fiveMinutesAheadIsTakenAndAMillisecondMoreIsAhead(ApplyKind kind) {
        Version edge = Version.of(NOW + HybridClock.MAX_AHEAD_MILLIS, 65_535, 1);
        Version beyond = Version.of(NOW + HybridClock.MAX_AHEAD_MILLIS + 1, 0, 1);
        assertApplied(decide(kind, value(edge), nothing()), value(edge), false);
        assertLeft(decide(kind, value(beyond), nothing()), ApplyStatus.AHEAD, Version.NONE, false);
        assertLeft(decide(kind, value(beyond), stored(tombstone(OLD))), ApplyStatus.AHEAD, OLD, false);
    }

    @Test
    void lateComesBeforeAheadAndBothBeforeTheCondition() {
        Version ahead = Version.of(NOW + HybridClock.MAX_AHEAD_MILLIS + 1, 0, 1);
        Change change = new Change(value(ahead), Condition.ifAbsent(), Set.of());
        ApplyRule late = new ApplyRule(ApplyKind.DIRECT, NOW - 1, ApplyRequest.NO_LIMIT, NOW, LIFE);
        ApplyRule inTime = new ApplyRule(ApplyKind.DIRECT, NOW, ApplyRequest.NO_LIMIT, NOW, LIFE);
        assertLeft(late.decide(change, stored(value(OLD))), ApplyStatus.LATE, OLD, true);
        assertLeft(inTime.decide(change, stored(value(OLD))), ApplyStatus.AHEAD, OLD, true);
    }

    // ---- direct writes

    @Test
    void aDirectWriteKeepsAProposalThatIsNewer() {
        assertApplied(decide(ApplyKind.DIRECT, value(NEW), nothing()), value(NEW), false);
        assertApplied(decide(ApplyKind.DIRECT, value(NEW), stored(value(OLD))), value(NEW), true);
        assertApplied(decide(ApplyKind.DIRECT, tombstone(NEW), stored(value(OLD))), tombstone(NEW), true);
    }

    @Test
    void aDirectWriteIsRaisedAboveWhatStands() {
        VersionedRecord raised = value(NEW.next(9));
        assertApplied(decide(ApplyKind.DIRECT, value(MINE), stored(value(NEW))), raised, true);
        assertApplied(decide(ApplyKind.DIRECT, value(MINE), stored(tombstone(NEW))), raised, false);
        assertApplied(decide(ApplyKind.DIRECT, value(MINE), stored(ended(NEW))), raised, false);
        assertApplied(decide(ApplyKind.DIRECT, value(MINE), stored(value(MINE))), value(MINE.next(9)), true);
    }

    @Test
    void aDirectWriteThatIsFurtherBehindThanItMayBeIsNotRaised() {
        assertApplied(behind(500, Condition.none(), value(NEW)), value(NEW.next(9)), true);
        assertLeft(behind(499, Condition.none(), value(NEW)), ApplyStatus.BEHIND, NEW, true);
        assertLeft(behind(499, Condition.none(), tombstone(NEW)), ApplyStatus.BEHIND, NEW, false);
        assertLeft(behind(499, Condition.ifAbsent(), tombstone(NEW)), ApplyStatus.BEHIND, NEW, false);
        assertApplied(behind(0, Condition.none(), value(OLD)), value(MINE), true);
        assertApplied(behind(0, Condition.none(), value(MINE)), value(MINE.next(9)), true);
    }

    @Test
    void whoNamesTheVersionThatItReplacesIsNeverBehind() {
        assertApplied(behind(0, Condition.ifVersion(NEW), value(NEW)), value(NEW.next(9)), true);
        assertLeft(behind(0, Condition.ifVersion(OLD), value(NEW)), ApplyStatus.CONDITION_FAILED, NEW, true);
    }

    /** Nobody could propose a newer version than that. */
    @Test
    void whatStandsTooFarAheadIsWrittenOverByAnybody() {
        Version edge = Version.of(NOW + HybridClock.MAX_AHEAD_MILLIS, 65_535, 1);
        Version beyond = Version.of(NOW + HybridClock.MAX_AHEAD_MILLIS + 1, 0, 1);
        assertLeft(behind(0, Condition.none(), value(edge)), ApplyStatus.BEHIND, edge, true);
        assertApplied(behind(0, Condition.none(), value(beyond)), value(beyond.next(9)), true);
    }

    private static ApplyRule.Verdict behind(long most, Condition condition, VersionedRecord stored) {
        return new ApplyRule(ApplyKind.DIRECT, ApplyRequest.NO_LIMIT, most, NOW, LIFE)
                .decide(new Change(value(MINE), condition, Set.of()), Optional.of(stored));
    }

    @Test
    void aDirectWriteIsNeverTooOld() {
        Version ancient = Version.of(1, 0, 1);
        assertApplied(decide(ApplyKind.DIRECT, value(ancient), nothing()), value(ancient), false);
    }

    @Test
    void aDirectWriteThatHasEndedStandsForItsVersion() {
        assertApplied(decide(ApplyKind.DIRECT, ended(NEW), stored(value(OLD))), ended(NEW), true);
    }

    // ---- carried records

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    void aCarriedRecordIsAppliedIfItIsNewerUnderItsOwnVersion(ApplyKind kind) {
        assertApplied(decide(kind, value(NEW), nothing()), value(NEW), false);
        assertApplied(decide(kind, value(NEW), stored(value(OLD))), value(NEW), true);
        assertApplied(decide(kind, value(NEW), stored(tombstone(OLD))), value(NEW), false);
        assertApplied(decide(kind, tombstone(NEW), stored(value(OLD))), tombstone(NEW), true);
        assertLeft(decide(kind, value(OLD), stored(value(NEW))), ApplyStatus.SUPERSEDED, NEW, true);
        assertLeft(decide(kind, value(OLD), stored(tombstone(NEW))), ApplyStatus.SUPERSEDED, NEW, false);
        assertLeft(decide(kind, tombstone(OLD), stored(value(NEW))), ApplyStatus.SUPERSEDED, NEW, true);
        assertLeft(decide(kind, value(OLD), stored(ended(NEW))), ApplyStatus.SUPERSEDED, NEW, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    void theSameRecordAgainChangesNothing(ApplyKind kind) {
        assertLeft(decide(kind, value(NEW), stored(value(NEW))), ApplyStatus.SUPERSEDED, NEW, true);
        assertLeft(decide(kind, tombstone(NEW), stored(tombstone(NEW))), ApplyStatus.SUPERSEDED, NEW, false);
        assertLeft(decide(kind, ended(NEW), stored(ended(NEW))), ApplyStatus.SUPERSEDED, NEW, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    void ofEqualVersionsTheTombstoneWinsThenTheEarlierExpiry(ApplyKind kind) {
        VersionedRecord forEver = value(NEW);
        VersionedRecord later = forEver.withExpiresAt(NOW + 2_000);
        VersionedRecord sooner = forEver.withExpiresAt(NOW + 1_000);
        assertApplied(decide(kind, tombstone(NEW), stored(forEver)), tombstone(NEW), true);
        assertApplied(decide(kind, tombstone(NEW), stored(ended(NEW))), tombstone(NEW), false);
        assertLeft(decide(kind, forEver, stored(tombstone(NEW))), ApplyStatus.SUPERSEDED, NEW, false);
        assertLeft(decide(kind, ended(NEW), stored(tombstone(NEW))), ApplyStatus.SUPERSEDED, NEW, false);
        assertApplied(decide(kind, sooner, stored(later)), sooner, true);
        assertLeft(decide(kind, later, stored(sooner)), ApplyStatus.SUPERSEDED, NEW, true);
        assertApplied(decide(kind, later, stored(forEver)), later, true);
        assertLeft(decide(kind, forEver, stored(later)), ApplyStatus.SUPERSEDED, NEW, true);
    }

    @Test
    void onlyAReplayThatMeetsNothingCanBeTooOld() {
        Version edge = Version.of(NOW - LIFE.toMillis(), 0, 1);
        Version beyond = Version.of(NOW - LIFE.toMillis() - 1, 65_535, 1);
        assertApplied(decide(ApplyKind.REPLAY, value(edge), nothing()), value(edge), false);
        assertLeft(decide(ApplyKind.REPLAY, value(beyond), nothing()), ApplyStatus.TOO_OLD, Version.NONE, false);
        assertLeft(decide(ApplyKind.REPLAY, tombstone(beyond), nothing()), ApplyStatus.TOO_OLD, Version.NONE, false);
        assertApplied(decide(ApplyKind.SEED, value(beyond), nothing()), value(beyond), false);
        Version older = Version.of(NOW - LIFE.toMillis() - 2, 0, 1);
        assertApplied(decide(ApplyKind.REPLAY, value(beyond), stored(value(older))), value(beyond), true);
        assertApplied(decide(ApplyKind.REPLAY, value(beyond), stored(tombstone(older))), value(beyond), false);
    }

    // ---- values of other clients

    @Test
    void aForeignValueIsLiveAndOlderThanEverythingOfOurs() {
        Version oldest = new Version(0, 1);
        assertApplied(decide(ApplyKind.DIRECT, value(oldest), stored(value(Version.NONE))), value(oldest), true);
        assertApplied(decide(ApplyKind.REPLAY, value(oldest), stored(value(Version.NONE))), value(oldest), true);
        assertApplied(decide(ApplyKind.SEED, value(oldest), stored(value(Version.NONE))), value(oldest), true);
        assertLeft(
                decide(ApplyKind.DIRECT, Condition.ifAbsent(), stored(value(Version.NONE))),
                ApplyStatus.CONDITION_FAILED,
                Version.NONE,
                true);
        assertApplied(
                decide(ApplyKind.DIRECT, Condition.ifVersion(Version.NONE), stored(value(Version.NONE))),
                value(NEW),
                true);
    }

    // ---- conditions

    @ParameterizedTest
    @EnumSource
    void ifAbsentHoldsWhereNothingLives(ApplyKind kind) {
        assertApplied(decide(kind, Condition.ifAbsent(), nothing()), value(NEW), false);
        assertApplied(decide(kind, Condition.ifAbsent(), stored(tombstone(OLD))), value(NEW), false);
        assertApplied(decide(kind, Condition.ifAbsent(), stored(ended(OLD))), value(NEW), false);
        assertLeft(decide(kind, Condition.ifAbsent(), stored(value(OLD))), ApplyStatus.CONDITION_FAILED, OLD, true);
    }

    @ParameterizedTest
    @EnumSource
    void ifVersionHoldsWhereExactlyThatVersionLives(ApplyKind kind) {
        Condition condition = Condition.ifVersion(OLD);
        assertApplied(decide(kind, condition, stored(value(OLD))), value(NEW), true);
        assertLeft(decide(kind, condition, nothing()), ApplyStatus.CONDITION_FAILED, Version.NONE, false);
        assertLeft(decide(kind, condition, stored(tombstone(OLD))), ApplyStatus.CONDITION_FAILED, OLD, false);
        assertLeft(decide(kind, condition, stored(ended(OLD))), ApplyStatus.CONDITION_FAILED, OLD, false);
        assertLeft(decide(kind, condition, stored(value(MINE))), ApplyStatus.CONDITION_FAILED, MINE, true);
        assertLeft(
                decide(kind, Condition.ifVersion(Version.NONE), nothing()),
                ApplyStatus.CONDITION_FAILED,
                Version.NONE,
                false);
    }

    @Test
    void aRecordIsMetLivingUntilTheMillisecondOfItsExpiry() {
        assertThat(decide(ApplyKind.DIRECT, value(NEW), stored(value(OLD).withExpiresAt(NOW + 1)))
                        .result()
                        .metLive())
                .isTrue();
        assertThat(decide(ApplyKind.DIRECT, value(NEW), stored(value(OLD).withExpiresAt(NOW)))
                        .result()
                        .metLive())
                .isFalse();
    }

    private static ApplyRule.Verdict decide(ApplyKind kind, VersionedRecord offered, Optional<VersionedRecord> stored) {
        return decide(kind, ApplyRequest.NO_LIMIT, offered, stored);
    }

    private static ApplyRule.Verdict decide(
            ApplyKind kind, long notAfter, VersionedRecord offered, Optional<VersionedRecord> stored) {
        return new ApplyRule(kind, notAfter, ApplyRequest.NO_LIMIT, NOW, LIFE).decide(Change.of(offered), stored);
    }

    private static ApplyRule.Verdict decide(ApplyKind kind, Condition condition, Optional<VersionedRecord> stored) {
        Change change = new Change(value(NEW), condition, Set.of());
        return new ApplyRule(kind, ApplyRequest.NO_LIMIT, ApplyRequest.NO_LIMIT, NOW, LIFE).decide(change, stored);
    }

    private static void assertApplied(ApplyRule.Verdict verdict, VersionedRecord record, boolean metLive) {
        assertThat(verdict)
                .isEqualTo(new ApplyRule.Verdict(
                        new ApplyResult(ApplyStatus.APPLIED, record.version(), metLive), Optional.of(record)));
    }

    private static void assertLeft(ApplyRule.Verdict verdict, ApplyStatus status, Version standing, boolean metLive) {
        assertThat(verdict)
                .isEqualTo(new ApplyRule.Verdict(new ApplyResult(status, standing, metLive), Optional.empty()));
    }

    private static Optional<VersionedRecord> nothing() {
        return Optional.empty();
    }

    private static Optional<VersionedRecord> stored(VersionedRecord record) {
        return Optional.of(record);
    }

    private static VersionedRecord value(Version version) {
        return new VersionedRecord(
                new RecordKey("default", "key"), version, Content.value(new byte[] {1}), VersionedRecord.NEVER);
    }

    private static VersionedRecord ended(Version version) {
        return value(version).withExpiresAt(NOW - 1);
    }

    private static VersionedRecord tombstone(Version version) {
        return new VersionedRecord(
                new RecordKey("default", "key"), version, Content.tombstone(), VersionedRecord.NEVER);
    }
}
