package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.lock.LockHistory.Tenure;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker of lock histories, on bad ones that it must catch and good ones that it must pass. */
class LockHistoryTest {

    private static final Tenure FIRST = new Tenure("a", 5, 0, 10);

    @Test
    void twoOwnersAtTheSameTimeAreSeen() {
        assertThat(LockHistory.together(List.of(FIRST, new Tenure("b", 6, 9, 20))))
                .hasSize(1);
    }

    @Test
    void oneInsideTheOtherIsSeenThoughAShorterOneCameBetween() {
        assertThat(LockHistory.together(List.of(FIRST, new Tenure("a", 5, 1, 2), new Tenure("b", 6, 4, 5))))
                .hasSize(1);
    }

    @Test
    void oneAfterTheOtherIsNoTrouble() {
        assertThat(LockHistory.together(List.of(FIRST, new Tenure("b", 6, 10, 20))))
                .isEmpty();
    }

    @Test
    void anOwnerMayHaveItTwice() {
        List<Tenure> extended = List.of(FIRST, new Tenure("a", 5, 5, 20));
        assertThat(LockHistory.together(extended)).isEmpty();
        assertThat(LockHistory.shared(extended)).isEmpty();
    }

    @Test
    void aTokenOfTwoOwnersIsSeen() {
        assertThat(LockHistory.shared(List.of(FIRST, new Tenure("b", 5, 10, 20))))
                .hasSize(1);
    }

    @Test
    void aTokenThatFallsIsSeenAlsoAfterOthers() {
        List<Tenure> falling = List.of(FIRST, new Tenure("b", 3, 10, 20), new Tenure("c", 4, 20, 30));
        assertThat(LockHistory.falling(falling)).hasSize(2);
        assertThat(LockHistory.shared(falling)).isEmpty();
    }
}
