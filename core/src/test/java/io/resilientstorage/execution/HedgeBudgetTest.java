package io.resilientstorage.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class HedgeBudgetTest {

    private static final int READS = 10_000;

    private final HedgeBudget budget = new HedgeBudget();

    /** Reads that are all late, and what they ask for besides. */
    private void holdsTheBound(BooleanSupplier spend) {
        int more = 0;
        for (int i = 0; i < READS; i++) {
            budget.earn();
            more += spend.getAsBoolean() ? 1 : 0;
        }
        assertThat(more).isLessThanOrEqualTo(READS / 20);
    }

    @Test
    void howeverManyReadsAreLateTheyAskForFivePercentMore() {
        holdsTheBound(budget::spend);
    }

    @Test
    void withoutTheBudgetTheyAskForMore() {
        assertThatThrownBy(() -> holdsTheBound(() -> true)).isInstanceOf(AssertionError.class);
    }

    @Test
    void itBeginsEmptyAndSavesUpTenAtMost() {
        assertThat(budget.spend()).isFalse();
        for (int i = 0; i < READS; i++) {
            budget.earn();
        }
        int saved = 0;
        while (budget.spend()) {
            saved++;
        }
        assertThat(saved).isEqualTo(HedgeBudget.MOST_SAVED);
    }

    @Test
    void underManyThreadsNothingIsSpentTwice() throws InterruptedException {
        AtomicInteger spent = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int read = 0; read < READS; read++) {
                    budget.earn();
                    spent.addAndGet(budget.spend() ? 1 : 0);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(spent.get()).isBetween(8 * READS / 20 - 1, 8 * READS / 20);
    }
}
