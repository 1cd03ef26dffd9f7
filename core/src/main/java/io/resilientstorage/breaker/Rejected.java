package io.resilientstorage.breaker;

import java.time.Duration;

/**
 * The call must not be made now.
 *
 * @param retryAfter when it makes sense to ask again, above zero: what is left of the reset delay while OPEN, and at
 *     most a second while trials decide. A hint and no promise: a successful probe may close the circuit sooner.
 */
public record Rejected(Duration retryAfter) implements Admission {}
