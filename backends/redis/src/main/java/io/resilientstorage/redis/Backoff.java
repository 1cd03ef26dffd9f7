package io.resilientstorage.redis;

import io.resilientstorage.time.Randomness;
import java.time.Duration;

/** When to try to connect again: at once, then after 100 ms, doubled up to 1 s, with jitter that only shortens. */
final class Backoff {

    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 1_000;
    private static final int DOUBLINGS = 4;

    private Backoff() {}

    /**
     * How long after the beginning of one try the next may begin.
     *
     * @param failures how many tries failed since the last connection that lasted
     */
    static Duration after(int failures, Randomness randomness) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        long full = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, DOUBLINGS));
        return Duration.ofMillis(full / 2 + (long) (randomness.nextDouble() * full / 2));
    }
}
