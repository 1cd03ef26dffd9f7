package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.OverloadedException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The same for what becomes of records: at rest, after deletions, at their end and when a process closes (P4 to P7).
 */
class CheckerOfRecordsTest extends CheckedHistory {

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
}
