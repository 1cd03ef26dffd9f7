package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockTerms;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is decided on sights that are hard to come by. */
class MirroredRuleTest {

    private static final long NOW = FencingToken.EPOCHS_BEGIN + 1_000_000_000;
    private static final long EPOCH = 5_000;
    private static final LockTerms TERMS = new LockTerms("FAILOVER:a,b:MIRRORED", 60_000, false);
    private static final Incarnation LIFE = new Incarnation("life");
    private static final Incarnation ANOTHER = new Incarnation("another");

    private final MirroredRule rule = new MirroredRule(new PairRule(TERMS));

    private static Authority authority(boolean mirrored, int counter, long from, long until, long peerUntil) {
        return new Authority(
                7, true, EPOCH, counter, 0, EPOCH, from, until, peerUntil, TERMS.withMirrored(mirrored), LIFE);
    }

    private static Authority idle(long heirFrom, long heirUntil) {
        return new Authority(3, false, 0, 0, 1, EPOCH, heirFrom, heirUntil, NOW, TERMS.withMirrored(true), LIFE);
    }

    private static Seen seen(int side, Authority record, Incarnation life) {
        return new Seen(
                side == 0 ? "a" : "b",
                side,
                side == 1,
                Optional.of(new AuthorityReply(Optional.of(record), life, NOW)),
                false,
                false,
                Optional.empty());
    }

    private static Seen away(int side) {
        return new Seen(
                side == 0 ? "a" : "b", side, side == 1, Optional.empty(), true, false, Optional.of("no answer"));
    }

    private List<Plan.Put> puts(Seen first, Seen second) {
        return ((Plan.Change) rule.decide(List.of(first, second))).puts();
    }

    private static Authority fresh() {
        return authority(true, 5, NOW, NOW + 10_000, NOW + 12_000);
    }

    @Test
    void theAuthorityKnowsBeforeThePeerUntilWhenThatMayBeTakenOver() {
        List<Plan.Put> puts =
                puts(seen(0, authority(true, 5, NOW, NOW + 5_000, NOW + 7_000), LIFE), seen(1, idle(0, 0), LIFE));

        assertThat(puts).extracting(Plan.Put::side).containsExactly(0, 1);
        Authority heir = puts.get(1).next();
        assertThat(heir.heirUntil()).isEqualTo(NOW + PairRule.WINDOW_MILLIS);
        assertThat(puts.get(0).next().peerActiveUntil()).isGreaterThan(heir.heirUntil() + 1_000);
        assertThat(heir.heirFrom()).isGreaterThan(NOW + TERMS.maxTtlMillis());
    }

    @Test
    void anHeirGrantsNothingBeforeTheDrainOfTheAuthorityIsOver() {
        Authority draining = authority(true, 0, NOW + 200_000, NOW + 5_000, NOW + 7_000);

        assertThat(puts(seen(0, draining, LIFE), seen(1, idle(0, 0), LIFE))
                        .get(1)
                        .next()
                        .heirFrom())
                .isGreaterThan(NOW + 200_000);
    }

    @Test
    void whoIsAnHeirForLongerMayGrantNoLater() {
        List<Plan.Put> puts = puts(
                seen(0, authority(true, 5, NOW, NOW + 5_000, NOW + 7_000), LIFE),
                seen(1, idle(NOW - 5, NOW + 3_000), LIFE));

        assertThat(puts.get(1).next().heirFrom()).isEqualTo(NOW - 5);
    }

    @Test
    void anHeirTakesOverAtOnceButNotBeforeTheMomentThatItsRecordSays() {
        Plan.Put put =
                puts(away(0), seen(1, idle(NOW + 700, NOW + 5_000), LIFE)).get(0);

        assertThat(put.side()).isEqualTo(1);
        assertThat(put.next().active()).isTrue();
        assertThat(put.next().grantsFrom()).isEqualTo(NOW + 700);
        assertThat(put.next().terms().mirrored()).isFalse();
        assertThat(put.next().epoch()).isGreaterThan(EPOCH);
        assertThat(put.notAfter()).isLessThan(NOW + 5_000);
    }

    @Test
    void whatMayBeWrittenTooLateIsNoTakeoverWithoutADrain() {
        Plan.Put put = puts(away(0), seen(1, idle(NOW, NOW + 900), LIFE)).get(0);

        assertThat(put.next().grantsFrom()).isGreaterThan(NOW + PairRule.WINDOW_MILLIS + TERMS.maxTtlMillis());
    }

    @Test
    void anHeirOfAnotherLifeHasLostItsCopies() {
        Plan.Put put = puts(away(0), seen(1, idle(NOW, NOW + 9_000), ANOTHER)).get(0);

        assertThat(put.next().grantsFrom()).isGreaterThan(NOW + PairRule.WINDOW_MILLIS + TERMS.maxTtlMillis());
    }

    @Test
    void aNewEpochOfTheSameAuthorityIsToldFirstAndLeavesTheHeirAsItIs() {
        Authority full = authority(true, FencingToken.COUNTERS, NOW - 1, NOW + 9_000, NOW + 11_000);
        List<Plan.Put> puts = puts(seen(0, full, LIFE), seen(1, idle(NOW - 5, NOW + 9_000), LIFE));

        assertThat(puts).extracting(Plan.Put::side).containsExactly(1, 0);
        assertThat(puts.get(0).next().floor()).isEqualTo(puts.get(1).next().epoch());
        assertThat(puts.get(0).next().heirUntil()).isEqualTo(NOW + 9_000);
        assertThat(puts.get(0).next().heirFrom()).isEqualTo(NOW - 5);
        assertThat(puts.get(1).next().grantsFrom()).isEqualTo(NOW - 1);
        assertThat(puts.get(1).next().terms().mirrored()).isTrue();
    }

    @Test
    void whoForgetsWhetherItGrantedIsWaitedFor() {
        MirroredRule two = new MirroredRule(new PairRule(TERMS));
        Seen forgetful = new Seen(
                "b",
                1,
                false,
                Optional.of(new AuthorityReply(Optional.empty(), ANOTHER, NOW)),
                false,
                false,
                Optional.empty());
        Plan.Put put = ((Plan.Change) two.decide(List.of(seen(0, fresh(), LIFE), forgetful)))
                .puts()
                .get(0);

        assertThat(put.side()).isZero();
        assertThat(put.next().grantsFrom()).isGreaterThan(NOW + TERMS.maxTtlMillis());
        assertThat(put.next().terms().mirrored()).isFalse();
    }

    /** The authority came back as another, and the time of the heir is nearly over. */
    @Test
    void whoGrantsUnmirroredSeesToItFirstThatThereIsNoHeir() {
        List<Plan.Put> puts = puts(seen(0, fresh(), ANOTHER), seen(1, idle(NOW, NOW + 500), LIFE));

        assertThat(puts).extracting(Plan.Put::side).containsExactly(1, 0);
        assertThat(puts.get(0).next().heirUntil()).isZero();
        assertThat(puts.get(1).next().active()).isTrue();
    }

    @Test
    void aWaitThatSomebodySawToUntilItsEndLeavesTheMode() {
        long over = NOW - 100;
        Plan.Put put = puts(seen(0, authority(true, 5, over, over, over), LIFE), away(1))
                .get(0);

        assertThat(put.next().terms().mirrored()).isFalse();
        assertThat(put.next().epoch()).isGreaterThan(EPOCH);
        assertThat(put.next().grantsFrom()).isEqualTo(NOW);
    }

    @Test
    void aWaitThatNobodySawToBeginsAnew() {
        for (Authority unseen : List.of(
                authority(true, 5, NOW - 100, NOW - 5_000, NOW - 100),
                authority(true, 5, NOW - 11_000, NOW - 11_000, NOW - 11_000))) {
            Plan.Put put = puts(seen(0, unseen, LIFE), away(1)).get(0);

            assertThat(put.next().grantsFrom()).isGreaterThan(NOW + PairRule.WINDOW_MILLIS + TERMS.maxTtlMillis());
            assertThat(put.next().terms().mirrored()).isTrue();
        }
    }

    @Test
    void aWaitGrantsNothingAtItsEndUnderTheOldEpoch() {
        Authority waiting = authority(true, 5, NOW + 4_000, NOW + 2_000, NOW + 4_000);

        assertThat(puts(seen(0, waiting, LIFE), away(1)).get(0).next().activeUntil())
                .isEqualTo(NOW + 4_000);
    }

    @Test
    void aDrainForAnotherReasonIsNotEndedByAPeerThatComesBack() {
        Authority draining = authority(true, 0, NOW + 50_000, NOW + 3_000, NOW + 4_000);
        Plan.Put put = puts(seen(0, draining, LIFE), away(1)).get(0);

        assertThat(put.next().terms().mirrored()).isFalse();
        assertThat(put.next().grantsFrom()).isGreaterThan(NOW + 50_000);
    }

    /** Two moments that happen to be the same say nothing. */
    @Test
    void nothingElseLooksLikeAWait() {
        Authority unmirrored = authority(false, 5, NOW + 50_000, NOW + 3_000, NOW + 50_000);
        List<Plan.Put> puts = puts(seen(0, unmirrored, LIFE), seen(1, idle(0, 0), LIFE));

        Authority mirrored = puts.get(1).next();
        assertThat(mirrored.terms().mirrored()).isTrue();
        assertThat(mirrored.grantsFrom()).isEqualTo(NOW + 50_000);
        assertThat(mirrored.peerActiveUntil()).isEqualTo(NOW + 50_001);
    }
}
