package io.resilientstorage.engine;

import io.resilientstorage.testkit.Fault;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Answers that mostly come soon and sometimes late.
 *
 * @param usual how long most take
 * @param late how long the others take
 * @param share the share of the others
 * @param random decides
 */
record Lagging(Duration usual, Duration late, double share, SplittableRandom random) implements Fault {

    @Override
    public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
        return Fault.delayReply(random.nextDouble() < share ? late : usual).meet(call, timers);
    }
}
