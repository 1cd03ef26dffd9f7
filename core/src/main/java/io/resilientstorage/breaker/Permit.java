package io.resilientstorage.breaker;

import java.time.Duration;

/**
 * Leave to make one call. It knows the generation it was given in: a result that comes back after the circuit has
 * changed its state is dropped, so that a late answer from before an outage says nothing about the time after it.
 *
 * <p>Return it once, by one of these methods, from any thread. In CLOSED all callers share one permit, so nothing is
 * allocated and a second return cannot be told from another caller's. In HALF_OPEN each trial is its own object: a
 * second return is ignored, and so is one that comes after the permit's life.
 */
public sealed interface Permit extends Admission permits SharedPermit, Trial {

    /**
     * The call succeeded.
     *
     * @param elapsed how long it took
     */
    default void success(Duration elapsed) {
        successAfterNanos(elapsed.toNanos());
    }

    /**
     * The call succeeded; as {@link #success}, without an object for the time.
     *
     * @param elapsedNanos how long it took in nanoseconds
     */
    void successAfterNanos(long elapsedNanos);

    /**
     * The call failed, and it was the callee's fault. A time-out is a failure.
     *
     * @param failure why
     */
    void failure(Throwable failure);

    /**
     * The call says nothing about the callee: it was the caller's mistake, contention, a full pool, a pause of this
     * process, or was never made. It counts for nothing, and a trial gives its place free.
     */
    void release();
}
