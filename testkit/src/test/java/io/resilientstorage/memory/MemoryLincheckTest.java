package io.resilientstorage.memory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Whatever a few threads do to one key at the same time, there is an order of it in which {@link RecordModel} gives the
 * same answers. Model checking tries many interleavings one by one; the stress mode leaves them to the machine.
 */
class MemoryLincheckTest {

    /**
     * What keeps its promises by itself, and is one step here: the cache, whose steps on one key never overlap, the
     * graves, which are a map of the JDK, and the clock of the test. And the sample of reads, which goes by the number
     * of the thread and says nothing of what stands there.
     */
    private static final List<String> ATOMIC = List.of(
            "com.github.benmanes.caffeine.",
            "io.resilientstorage.memory.Graves",
            "io.resilientstorage.memory.ReadSample",
            "io.resilientstorage.testkit.");

    @Test
    void everyInterleavingOfAFewCallsGivesTheAnswersOfTheModel() {
        modelChecking().check(MemoryOperations.Buried.class);
    }

    @Test
    void underRealThreadsItGivesTheAnswersOfTheModel() {
        stressing().check(MemoryOperations.Buried.class);
    }

    @Test
    void aStoreThatLooksFirstAndWritesLaterIsCaught() {
        assertThatThrownBy(() -> modelChecking().check(RecordModel.Buried.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }

    @Test
    void aStoreThatLooksFirstAndWritesLaterIsCaughtByStress() {
        assertThatThrownBy(() -> stressing().check(RecordModel.Buried.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }

    private static StressOptions stressing() {
        return new StressOptions()
                .iterations(12)
                .invocationsPerIteration(500)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(RecordModel.Buried.class);
    }

    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions()
                .iterations(12)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(1)
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(
                                name -> ATOMIC.stream().anyMatch(name::startsWith))
                        .allMethods()
                        .treatAsAtomic())
                .sequentialSpecification(RecordModel.Buried.class);
    }
}
