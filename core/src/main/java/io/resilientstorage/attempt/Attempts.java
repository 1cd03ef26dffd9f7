package io.resilientstorage.attempt;

import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.PauseMonitor;
import io.resilientstorage.time.Time;
import java.util.function.IntConsumer;

/**
 * What all attempts of one storage share.
 *
 * @param keeper the states
 * @param time time and threads
 * @param pauses tells whether the process itself was stopped
 * @param probeSoon asks for a probe of the backend of an index
 * @param callWasSlow tells the prober of the backend of an index that a call was slow
 */
public record Attempts(
        StateKeeper keeper, Time time, PauseMonitor pauses, IntConsumer probeSoon, IntConsumer callWasSlow) {}
