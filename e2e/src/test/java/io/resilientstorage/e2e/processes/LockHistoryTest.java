package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.e2e.processes.LockEvent.Kind;
import io.resilientstorage.e2e.processes.LockHistory.Flaw;
import io.resilientstorage.e2e.processes.LockHistory.Wrong;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of lock histories, on good ones and on bad ones. */
class LockHistoryTest {

    private static LockEvent held(long from, String owner, long token, long until) {
        return new LockEvent(Kind.HELD, from, "lock", owner, token, until);
    }

    private static LockEvent extended(long at, String owner, long token, long until) {
        return new LockEvent(Kind.EXTENDED, at, "lock", owner, token, until);
    }

    private static LockEvent ended(long at, String owner, long token) {
        return new LockEvent(Kind.ENDED, at, "lock", owner, token, at);
    }

    private static LockEvent written(long at, long token, long until) {
        return new LockEvent(Kind.WRITTEN, at, "row", "any", token, until);
    }

    private static List<Wrong> wrong(LockEvent... events) {
        return LockHistory.of(List.of(events)).flaws().stream().map(Flaw::wrong).toList();
    }

    @Test
    void oneAfterTheOtherIsWell() {
        assertThat(wrong(
                        held(0, "a", 1, 100),
                        extended(50, "a", 1, 200),
                        ended(120, "a", 1),
                        held(121, "b", 2, 300),
                        held(301, "c", 3, 400)))
                .isEmpty();
    }

    @Test
    void anOwnerWhoAcquiresAgainUnderTheSameTokenIsWell() {
        assertThat(wrong(held(0, "a", 1, 100), held(50, "a", 1, 200), held(201, "b", 2, 300)))
                .isEmpty();
    }

    @Test
    void twoLocksHaveNothingToDoWithEachOther() {
        assertThat(wrong(held(0, "a", 2, 100), new LockEvent(Kind.HELD, 50, "other", "b", 1, 200)))
                .isEmpty();
    }

    @Test
    void oneThatHadEndedWhenItWasLearntOfWasNotHeld() {
        assertThat(wrong(held(200, "a", 1, 100), held(150, "b", 2, 300))).isEmpty();
    }

    @Test
    void twoWhoHoldAtTheSameTimeAreSeen() {
        assertThat(wrong(held(0, "a", 1, 100), held(99, "b", 2, 200))).containsExactly(Wrong.TWO_HOLDERS);
    }

    @Test
    void aHoldInsideALongerOneAfterAnotherIsSeen() {
        assertThat(wrong(held(0, "a", 1, 100), ended(20, "a", 1), held(30, "b", 2, 500), held(400, "c", 3, 450)))
                .containsExactly(Wrong.TWO_HOLDERS);
        assertThat(wrong(held(0, "a", 1, 500), held(10, "b", 2, 20), held(30, "c", 3, 40)))
                .containsExactly(Wrong.TWO_HOLDERS, Wrong.TWO_HOLDERS);
    }

    @Test
    void aHoldThatLastsByItsExtensionIsSeen() {
        assertThat(wrong(held(0, "a", 1, 100), extended(90, "a", 1, 190), held(150, "b", 2, 250)))
                .containsExactly(Wrong.TWO_HOLDERS);
    }

    @Test
    void oneOwnerUnderTwoTokensAtTheSameTimeIsSeen() {
        assertThat(wrong(held(0, "a", 1, 100), held(50, "a", 2, 150))).containsExactly(Wrong.TWO_HOLDERS);
    }

    @Test
    void aTokenOfTwoIsSeen() {
        assertThat(wrong(held(0, "a", 1, 100), held(101, "b", 1, 200))).containsExactly(Wrong.TOKEN_OF_TWO);
    }

    @Test
    void aTokenThatIsNotHigherIsSeen() {
        assertThat(wrong(held(0, "a", 2, 100), held(101, "b", 1, 200))).containsExactly(Wrong.TOKEN_NOT_HIGHER);
    }

    @Test
    void anExtensionAfterTheEndIsSeen() {
        assertThat(wrong(held(0, "a", 1, 100), ended(50, "a", 1), extended(60, "a", 1, 160)))
                .containsExactly(Wrong.EXTENDED_AFTER_END);
    }

    @Test
    void aWriteOfAFormerHolderIsSeen() {
        assertThat(wrong(written(0, 1, 5), written(10, 2, 15), written(20, 2, 25)))
                .isEmpty();
        assertThat(wrong(written(0, 2, 15), written(10, 1, 20))).isEmpty();
        assertThat(wrong(written(0, 2, 5), written(10, 1, 15))).containsExactly(Wrong.STALE_WRITE);
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        LockEvent event = held(17, "a/1", Long.MAX_VALUE, 99);
        assertThat(LockEvent.parse(event.line())).isEqualTo(event);
    }
}
