package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.BacklogFullException;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.api.WriteMode;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Histories of calls that are right, and beside each the ones that are not: the controls of {@link Checker}. Those of
 * records stand in {@link CheckerOfRecordsTest}.
 */
class CheckerTest extends CheckedHistory {

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

    /** Both have the old value, one the newer one, for as long as a look at its hint takes. */
    private void newerValueInOneServerForLong() {
        told.set(told.one, "old", 10);
        Call call = told.beginsToSet(told.one, "new");
        told.takes(sql, "new", 11);
        told.setIsTold(call, 11, "sql", "redis");
        told.wait(LATE.plus(LATE));
    }

    @Test
    void oldValueIsFoundAsIfItWereFreshThoughANewerOneHasStoodForLong() {
        newerValueInOneServerForLong();
        told.finds(told.beginsToRead(told.two), "old", 10, false);
        assertBroken(Promise.P9);
    }

    @Test
    void oldValueMayBeFoundAndCalledStale() {
        newerValueInOneServerForLong();
        told.finds(told.beginsToRead(told.two), "old", 10, true);
        assertNothingBroken();
    }

    @Test
    void oldValueMayBeFoundWhereTheServerWithTheNewerOneCannotBeAsked() {
        newerValueInOneServerForLong();
        told.two.link(sql).cut();
        told.finds(told.beginsToRead(told.two), "old", 10, false);
        assertNothingBroken();
    }

    @Test
    void oldValueMayBeFoundForAMoment() {
        told.set(told.one, "old", 10);
        told.takes(sql, "new", 11);
        told.finds(told.beginsToRead(told.two), "old", 10, false);
        assertNothingBroken();
    }

    @Test
    void keyIsAbsentThoughItHasStoodInOneServerForLong() {
        Call call = told.beginsToSet(told.one, "new");
        told.takes(sql, "new", 11);
        told.setIsTold(call, 11, "sql", "redis");
        told.wait(LATE.plus(LATE));
        told.isToldAbsent(told.beginsToRead(told.two));
        assertBroken(Promise.P9);
    }
}
