package io.resilientstorage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The values that lock stores are given and give: what they refuse, and that their texts and numbers lose nothing. */
class LockValuesTest {

    private static final LockTerms TERMS = new LockTerms("SINGLE", 1_000, false);
    private static final Incarnation LIFE = new Incarnation("life");

    @Test
    void aTokenHasAllItsParts() {
        for (FencingToken parts : List.of(
                new FencingToken(0, 0, 1),
                new FencingToken(0, 1, 0),
                new FencingToken(1, 0, 0),
                new FencingToken(218_000_000_000L, 5, 4_711),
                new FencingToken(FencingToken.MOST_EPOCH, 7, FencingToken.COUNTERS - 1))) {
            assertThat(FencingToken.of(parts.value())).isEqualTo(parts);
            assertThat(parts.value()).isPositive();
        }
        assertThat(new FencingToken(FencingToken.MOST_EPOCH, 7, FencingToken.COUNTERS - 1).value())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void tokensAreOrderedByEpochAndThenByCounter() {
        assertThat(List.of(
                        new FencingToken(1, 3, 8).value(),
                        new FencingToken(1, 3, 9).value(),
                        new FencingToken(2, 0, 0).value(),
                        new FencingToken(1L << 40, 0, 0).value()))
                .isSorted();
    }

    @Test
    void whatDoesNotFitIntoATokenIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FencingToken(-1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new FencingToken(FencingToken.MOST_EPOCH + 1, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new FencingToken(1, 8, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new FencingToken(1, 0, FencingToken.COUNTERS));
        assertThatIllegalArgumentException().isThrownBy(() -> FencingToken.of(-1));
    }

    @Test
    void termsComeBackFromTheirText() {
        for (LockTerms terms : List.of(
                new LockTerms("a", 1, true),
                new LockTerms("FAILOVER:redis,sql-2.b", LockTerms.MOST_TTL_MILLIS, false))) {
            assertThat(LockTerms.parse(terms.text())).isEqualTo(terms);
        }
    }

    @Test
    void termsOfAnotherFormAreRefused() {
        for (String text : List.of("", "2 SINGLE 1000 U", "1 SINGLE 1000", "1 SINGLE 1000 X", "1 SINGLE 0 U")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> LockTerms.parse(text));
        }
        for (String policy : List.of("", "with space", "a".repeat(129), "\u00e9")) {
            assertThatIllegalArgumentException().isThrownBy(() -> new LockTerms(policy, 1, false));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new LockTerms("a", LockTerms.MOST_TTL_MILLIS + 1, false));
    }

    @Test
    void aRequestAsksForNoMoreThanItsTermsAllow() {
        assertThat(request(LockAction.ACQUIRE, 1_000, FencingToken.NONE).ttlMillis())
                .isEqualTo(1_000);
        for (LockAction action : List.of(LockAction.ACQUIRE, LockAction.RENEW, LockAction.COPY)) {
            assertThatIllegalArgumentException().isThrownBy(() -> request(action, 1_001, 1));
            assertThatIllegalArgumentException().isThrownBy(() -> request(action, 0, 1));
        }
        assertThat(request(LockAction.RELEASE, 0, FencingToken.NONE).token()).isZero();
    }

    @Test
    void whoCopiesNamesAToken() {
        assertThatIllegalArgumentException().isThrownBy(() -> request(LockAction.RENEW, 1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> request(LockAction.COPY, 1, FencingToken.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> request(LockAction.RELEASE, 1, -1));
    }

    @Test
    void anAuthorityThatIsActiveHasAnEpoch() {
        assertThatIllegalArgumentException().isThrownBy(() -> authority(true, 0, 0));
        assertThat(authority(true, 1, 1).isInForce()).isTrue();
        assertThat(new Authority(0, true, 1, 0, 0, 2, 0, 1_000, 0, TERMS, LIFE).isInForce())
                .as("it knows of a newer one")
                .isFalse();
        assertThat(authority(true, 1, 2).isInForce())
                .as("one without an end has no successor")
                .isTrue();
        assertThat(authority(false, 1, 1).isInForce()).isFalse();
    }

    @Test
    void theNextEpochIsAboveAllThatWereSeenAndNotBehindTheClock() {
        long now = FencingToken.EPOCHS_BEGIN + 500;
        assertThat(authority(false, 0, 10).nextEpoch(now)).isEqualTo(500);
        assertThat(authority(false, 0, 500).nextEpoch(now)).isEqualTo(501);
        assertThat(authority(false, 0, 9_000).nextEpoch(now)).isEqualTo(9_001);
        assertThat(authority(false, 0, 0).nextEpoch(0))
                .as("a clock before 2020")
                .isEqualTo(1);
    }

    private static LockRequest request(LockAction action, long ttlMillis, long token) {
        return new LockRequest(
                action,
                "default",
                "lock",
                "owner",
                ttlMillis,
                TERMS,
                token,
                ApplyRequest.NO_LIMIT,
                Duration.ofSeconds(1));
    }

    private static Authority authority(boolean active, long epoch, long floor) {
        return new Authority(0, active, epoch, 0, 0, floor, 0, Authority.NO_END, 0, TERMS, LIFE);
    }
}
