package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;
import java.time.Duration;
import java.util.Optional;

/**
 * A change of a circuit's state.
 *
 * @param from the former state
 * @param to the new state
 * @param cause why
 * @param failure the failure that did it, where a failure did
 * @param lasted how long the former state had lasted, by monotonic time
 */
public record Transition(
        Circuit from, Circuit to, TransitionCause cause, Optional<Throwable> failure, Duration lasted) {}
