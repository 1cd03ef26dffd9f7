package io.resilientstorage.breaker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Whatever a few threads do at the same time, there is an order of it in which {@link CircuitModel} gives the same
 * answers. Model checking tries many interleavings one by one; the stress mode leaves them to the machine.
 */
class CircuitLincheckTest {

    @Test
    void aClosedCircuitDoesWhatTheModelDoesInEveryInterleaving() {
        modelChecking(CircuitModel.class).check(BreakerOperations.class);
    }

    @Test
    void anOpenedCircuitDoesWhatTheModelDoesInEveryInterleaving() {
        modelChecking(CircuitModel.Opened.class).check(BreakerOperations.Opened.class);
    }

    @Test
    void underRealThreadsItDoesWhatTheModelDoes() {
        new StressOptions()
                .iterations(15)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(CircuitModel.Opened.class)
                .check(BreakerOperations.Opened.class);
    }

    @Test
    void aCircuitThatCreditsResultsToTheCurrentStateIsCaught() {
        assertThatThrownBy(() -> modelChecking(CircuitModel.Opened.class).check(BrokenCircuits.Crediting.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }

    @Test
    void aCircuitThatForgetsItsLockIsCaught() {
        assertThatThrownBy(() -> modelChecking(CircuitModel.Opened.class).check(BrokenCircuits.Unlocked.class))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }

    private static ModelCheckingOptions modelChecking(Class<? extends CircuitModel> model) {
        return new ModelCheckingOptions()
                .iterations(15)
                .invocationsPerIteration(150)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(model);
    }
}
