package io.resilientstorage.testkit.simulator;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The way from a client to its server and back. */
interface Transport {

    /**
     * Has the server do one step.
     *
     * @param what what it is, for the history: a request or a text
     * @param timeout after how long the client gives up
     * @param step the step
     */
    <T> CompletionStage<T> call(Object what, Duration timeout, Function<ModelServer, T> step);
}
