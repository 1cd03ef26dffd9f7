package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.BacklogFullException;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.testkit.ManualTime;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Histories that are right, and beside each the ones that are not: the controls of {@link Checker}. */
class CheckerTest {

    private static final Duration LIFE = Duration.ofSeconds(5);
    private static final long END = ManualTime.START_MILLIS + LIFE.toMillis();
    private static final Duration LATE = Duration.ofSeconds(3);

    private final ToldHistory told = new ToldHistory();
    private final ModelServer redis = told.world.redis();
    private final ModelServer sql = told.world.sql();

    // P1

    @Test
    void callThatEndsInTimeMayEndLateInIt() {
        Call call = told.beginsToRead(told.one);
        told.wait(World.CALL_TIMEOUT);
        told.isToldAbsent(call);
        assertNothingBroken();
    }

    @Test
    void callEndsPastItsDeadline() {
        Call call = told.beginsToRead(told.one);
        told.wait(LATE);
        told.isToldAbsent(call);
        assertBroken(Promise.P1);
    }

    @Test
    void callNeverEnds() {
        told.beginsToRead(told.one);
        assertBrokenAtRest(Promise.P1);
    }

    @Test
    void callFailsThoughMemoryCouldServe() {
        told.fails(told.beginsToRead(told.one), new IllegalStateException("all backends failed"));
        assertBroken(Promise.P1);
    }

    @Test
    void callMayFailAtADocumentedBound() {
        told.fails(told.beginsToRead(told.one), new OverloadedException("full"));
        told.fails(told.beginsToSet(told.one, "a"), new BacklogFullException("full"));
        assertNothingBroken();
    }

    @Test
    void callMayFailInAProcessThatCloses() {
        Call call = told.beginsToRead(told.one);
        told.one.beginClose(LIFE);
        told.fails(call, new StorageClosedException());
        assertNothingBroken();
    }

    @Test
    void callFailsAsIfItsProcessClosed() {
        told.fails(told.beginsToRead(told.one), new StorageClosedException());
        assertBroken(Promise.P1);
    }

    // P2

    @Test
    void receiptMayTellThatTheOtherStillHasToGetIt() {
        Call call = told.beginsToSet(told.one, "a");
        told.takes(redis, "a", 10);
        told.setIsTold(call, 10, "redis", "sql");
        told.takes(sql, "a", 10);
        assertNothingBrokenAtRest();
    }

    @Test
    void receiptTellsNothingOfTheOneThatLacksIt() {
        Call call = told.beginsToSet(told.one, "a");
        told.takes(redis, "a", 10);
        told.setIsTold(call, 10, "redis");
        assertBroken(Promise.P2);
    }

    @Test
    void receiptNamesABackendThatDidNotTakeIt() {
        Call call = told.beginsToSet(told.one, "a");
        told.takes(sql, "a", 10);
        told.setIsTold(call, 10, "redis", "sql");
        assertBroken(Promise.P2);
    }

    @Test
    void receiptNeedNotNameALowerBackendThatIsToGetNothing() {
        ToldHistory alone = new ToldHistory(Plan.quiet(1).with(WriteMode.ACTIVE_ONLY));
        Call call = alone.beginsToSet(alone.one, "a");
        alone.takes(alone.world.redis(), "a", 10);
        alone.setIsTold(call, 10, "redis");
        assertThat(alone.broken()).isEmpty();
    }

    // P3

    @Test
    void processReadsItsOwnWriteOrANewerOne() {
        told.set(told.one, "a", 10);
        told.finds(told.beginsToRead(told.one), "a", 10, false);
        told.set(told.two, "b", 11);
        told.finds(told.beginsToRead(told.one), "b", 11, false);
        assertNothingBrokenAtRest();
    }

    @Test
    void processReadsWhatWasBeforeItsOwnWrite() {
        told.set(told.two, "a", 10);
        told.set(told.one, "b", 11);
        told.finds(told.beginsToRead(told.one), "a", 10, false);
        assertBroken(Promise.P3);
    }

    @Test
    void readThatBeganBeforeTheWriteEndedMaySeeWhatWasBefore() {
        told.set(told.two, "a", 10);
        Call read = told.beginsToRead(told.one);
        told.set(told.one, "b", 11);
        told.finds(read, "a", 10, false);
        assertNothingBrokenAtRest();
    }

    @Test
    void readThatIsToldAsStaleMayBeOld() {
        told.set(told.two, "a", 10);
        told.set(told.one, "b", 11);
        told.finds(told.beginsToRead(told.one), "a", 10, true);
        told.isToldUnknown(told.beginsToRead(told.one));
        assertNothingBrokenAtRest();
    }

    @Test
    void writeIsNewerThanWhatItsProcessHadRead() {
        told.set(told.two, "a", 10);
        told.finds(told.beginsToRead(told.one), "a", 10, false);
        told.set(told.one, "b", 11);
        assertNothingBrokenAtRest();
    }

    @Test
    void writeIsOlderThanWhatItsProcessHadRead() {
        told.set(told.two, "b", 11);
        told.finds(told.beginsToRead(told.one), "b", 11, false);
        Call call = told.beginsToSet(told.one, "a");
        told.takes(sql, "a", 10);
        told.setIsTold(call, 10, "sql", "redis");
        assertBroken(Promise.P3);
    }

    @Test
    void writeThatWasUnderWayMayBeOlderThanWhatItsProcessReads() {
        Call call = told.beginsToSet(told.one, "a");
        told.takes(redis, "a", 10);
        told.takes(sql, "a", 10);
        told.set(told.two, "b", 11);
        told.finds(told.beginsToRead(told.one), "b", 11, false);
        told.setIsTold(call, 10, "redis");
        assertNothingBrokenAtRest();
    }

    // P4

    @Test
    void serversDifferAtRest() {
        told.set(told.one, "a", 10);
        told.takes(sql, "b", 11);
        assertBrokenAtRest(Promise.P4);
    }

    @Test
    void hintIsLeftAtRest() {
        told.set(told.one, "a", 10);
        told.keepsHint(sql, redis, 10);
        assertBrokenAtRest(Promise.P4);
    }

    // P5

    @Test
    void deletedKeyIsAbsentAndStaysSo() {
        told.set(told.one, "a", 10);
        told.delete(told.one, 11);
        told.isToldAbsent(told.beginsToRead(told.one));
        assertNothingBrokenAtRest();
    }

    @Test
    void deletedKeyMayBeWrittenAnew() {
        told.set(told.one, "a", 10);
        told.delete(told.one, 11);
        told.set(told.two, "b", 12);
        assertNothingBrokenAtRest();
    }

    @Test
    void deletedValueIsStoredAgainAsIfItWereNew() {
        told.set(told.one, "a", 10);
        told.delete(told.two, 11);
        told.takes(redis, "a", 12);
        assertBroken(Promise.P5);
    }

    @Test
    void replacedValueIsStoredAgainAsIfItWereNew() {
        told.set(told.one, "a", 10);
        told.set(told.two, "b", 11);
        told.takes(redis, "a", 12);
        assertBroken(Promise.P5);
    }

    @Test
    void deletedKeyStandsAtRest() {
        told.set(told.one, "a", 10);
        told.delete(told.one, 11);
        told.slipsBack(redis, "a", 10);
        told.slipsBack(sql, "a", 10);
        assertBrokenAtRest(Promise.P5);
    }

    // P6

    @Test
    void valueMayBeFoundUntilItsEndAndIsAbsentThen() {
        setForItsLife();
        told.finds(told.beginsToRead(told.one), "a", 10, false);
        told.wait(LIFE.plusMillis(told.world.clockErrorMillis()));
        told.isToldAbsent(told.beginsToRead(told.one));
        assertNothingBrokenAtRest();
    }

    @Test
    void valueIsFoundAfterItsEnd() {
        setForItsLife();
        told.wait(LIFE.plusMillis(told.world.clockErrorMillis() + 1));
        told.finds(told.beginsToRead(told.one), "a", 10, false);
        assertBroken(Promise.P6);
    }

    @Test
    void evenAStaleReadFindsNothingAfterItsEnd() {
        setForItsLife();
        told.wait(LIFE.plusMillis(told.world.clockErrorMillis() + 1));
        told.finds(told.beginsToRead(told.two), "a", 10, true);
        assertBroken(Promise.P6);
    }

    @Test
    void touchedValueMayBeFoundForItsNewLife() {
        setForItsLife();
        Call touch = told.beginsToTouch(told.one, LIFE.multipliedBy(3));
        told.takes(redis, "a", 11, END + LIFE.toMillis() * 2);
        told.takes(sql, "a", 11, END + LIFE.toMillis() * 2);
        told.isTold(touch, 11, Optional.of(LIFE.multipliedBy(3)), "redis");
        told.wait(LIFE.multipliedBy(2));
        told.finds(told.beginsToRead(told.one), "a", 11, false);
        assertNothingBroken();
    }

    @Test
    void recordIsCarriedWithALongerLife() {
        Call call = told.beginsToSet(told.one, "a", Optional.of(LIFE));
        told.takes(redis, "a", 10, END);
        told.isTold(call, 10, Optional.of(LIFE), "redis", "sql");
        told.takes(sql, "a", 10, END + 1);
        assertBroken(Promise.P6);
    }

    // P7

    @Test
    void acknowledgedWriteIsNowhere() {
        told.set(told.one, "a", 10);
        told.mislays(redis);
        told.mislays(sql);
        assertBrokenAtRest(Promise.P7);
    }

    @Test
    void oldValueStandsInPlaceOfAnAcknowledgedOne() {
        told.set(told.one, "a", 10);
        told.set(told.one, "b", 11);
        told.slipsBack(redis, "a", 10);
        told.slipsBack(sql, "a", 10);
        assertBrokenAtRest(Promise.P7);
    }

    @Test
    void writeThatAVolatileServerAloneHadMayBeGoneWithIt() {
        told.set(told.one, "a", 10);
        Call call = told.beginsToSet(told.one, "b");
        told.takes(redis, "b", 11);
        told.setIsTold(call, 11, "redis", "sql");
        redis.faults().flush();
        told.takes(redis, "a", 10);
        told.finds(told.beginsToRead(told.one), "a", 10, false);
        assertNothingBrokenAtRest();
    }

    @Test
    void writeOfAnUnknownOutcomeMayStandOrNot() {
        told.set(told.one, "a", 10);
        told.fails(told.beginsToSet(told.two, "b"), new OverloadedException("full"));
        Call lost = told.beginsToSet(told.two, "c");
        told.takes(redis, "c", 12);
        told.takes(sql, "c", 12);
        told.fails(lost, new OverloadedException("full"));
        told.finds(told.beginsToRead(told.one), "c", 12, false);
        assertNothingBrokenAtRest();
    }

    @Test
    void supersededWriteNeedNotStand() {
        told.set(told.two, "b", 12);
        Call call = told.beginsToSet(told.one, "a");
        told.isSuperseded(call, 12, "redis");
        assertNothingBrokenAtRest();
    }

    @Test
    void processClosesWithoutAWordOfWhatItAloneHolds() {
        told.setIsTold(told.beginsToSet(told.one, "a"), 10, "memory", "redis", "sql");
        told.closes(told.one, false);
        assertBroken(Promise.P7);
    }

    @Test
    void processClosesWithoutAWordOfADeletion() {
        told.deleteIsTold(told.beginsToDelete(told.one), 10, "memory", "redis", "sql");
        told.closes(told.one, false);
        assertBroken(Promise.P7);
    }

    @Test
    void processSaysWhatIsLostWithIt() {
        told.setIsTold(told.beginsToSet(told.one, "a"), 10, "memory", "redis", "sql");
        told.closes(told.one, true);
        assertNothingBroken();
    }

    @Test
    void processThatHasHandedOverWhatItHeldNeedNotSpeak() {
        told.setIsTold(told.beginsToSet(told.one, "a"), 10, "memory", "redis", "sql");
        told.takes(sql, "a", 10);
        told.closes(told.one, false);
        assertNothingBroken();
    }

    @Test
    void whatHasEndedMeanwhileIsNotLostByAClose() {
        Call call = told.beginsToSet(told.one, "a", Optional.of(LIFE));
        told.isTold(call, 10, Optional.of(LIFE), "memory", "redis", "sql");
        told.wait(LIFE);
        told.closes(told.one, false);
        assertNothingBroken();
    }

    // P8

    @Test
    void readOfAnotherProcessMayBeOldWhileAServerLacksTheNewest() {
        told.set(told.one, "a", 10);
        Call call = told.beginsToSet(told.one, "b");
        told.takes(sql, "b", 11);
        told.setIsTold(call, 11, "sql", "redis");
        told.finds(told.beginsToRead(told.two), "a", 10, false);
        told.takes(redis, "b", 11);
        assertNothingBrokenAtRest();
    }

    @Test
    void oldValueIsFoundAfterAllServersHadTheNewest() {
        told.set(told.one, "a", 10);
        told.set(told.one, "b", 11);
        told.finds(told.beginsToRead(told.two), "a", 10, false);
        assertBroken(Promise.P8);
    }

    @Test
    void absentIsSaidAfterAllServersHadIt() {
        told.set(told.one, "a", 10);
        told.isToldAbsent(told.beginsToRead(told.two));
        assertBroken(Promise.P8);
    }

    // P9

    @Test
    void absentIsSaidOfWhatTheProcessWrote() {
        Call call = told.beginsToSet(told.one, "a");
        told.takes(redis, "a", 10);
        told.setIsTold(call, 10, "redis", "sql");
        told.isToldAbsent(told.beginsToRead(told.one));
        assertBroken(Promise.P9);
    }

    @Test
    void absentMayBeSaidWhenSomebodyHasBegunToDelete() {
        told.set(told.one, "a", 10);
        told.beginsToDelete(told.two);
        told.isToldAbsent(told.beginsToRead(told.one));
        assertNothingBroken();
    }

    @Test
    void valueIsFoundThatNobodyWrote() {
        told.set(told.one, "a", 10);
        told.finds(told.beginsToRead(told.two), "x", 11, false);
        assertBroken(Promise.P9);
    }

    // What is watched

    @Test
    void promiseThatIsNotWatchedOverIsNotBroken() {
        ToldHistory blind = new ToldHistory(Plan.quiet(1).watching(Set.of(Promise.P1)));
        blind.set(blind.one, "a", 10);
        blind.isToldAbsent(blind.beginsToRead(blind.one));
        assertThat(blind.broken()).isEmpty();
    }

    private void setForItsLife() {
        Call call = told.beginsToSet(told.one, "a", Optional.of(LIFE));
        told.takes(redis, "a", 10, END);
        told.takes(sql, "a", 10, END);
        told.isTold(call, 10, Optional.of(LIFE), "redis");
    }

    private void assertNothingBroken() {
        assertThat(told.broken()).as("%s", told.world.violations()).isEmpty();
    }

    private void assertNothingBrokenAtRest() {
        assertThat(told.brokenAtRest()).as("%s", told.world.violations()).isEmpty();
    }

    private void assertBroken(Promise promise) {
        assertThat(told.broken()).as("%s", told.world.violations()).containsExactly(promise);
    }

    private void assertBrokenAtRest(Promise promise) {
        assertThat(told.brokenAtRest()).as("%s", told.world.violations()).containsOnly(promise);
    }
}
