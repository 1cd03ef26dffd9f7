package io.resilientstorage.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    @Test
    void givesNoMoreThanItHas() {
        ByteBudget budget = new ByteBudget(10);

        assertThat(budget.take(6)).isTrue();
        assertThat(budget.take(5)).isFalse();
        assertThat(budget.take(4)).isTrue();
        assertThat(budget.take(1)).isFalse();
    }

    @Test
    void whatIsGivenBackMayBeTakenAgain() {
        ByteBudget budget = new ByteBudget(10);
        budget.take(10);

        budget.giveBack(10);

        assertThat(budget.take(10)).isTrue();
    }
}
