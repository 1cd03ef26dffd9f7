package io.resilientstorage.recovery;

import java.time.Duration;

/**
 * When a better backend may become active again. A pure function.
 *
 * @param delay the failback delay from the settings
 */
record FailbackRule(Duration delay) {

    /** So many good probes in a row it takes at least. */
    static final int GOOD_PROBES = 3;

    /** A flap never makes the delay longer than this. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** Whether it may, after so long and so many good probes, with so many flaps before. */
    boolean isReady(Duration wellFor, int goodProbes, int flaps) {
        return goodProbes >= Math.min(GOOD_PROBES, delay.isZero() ? 1 : GOOD_PROBES)
                && wellFor.compareTo(delayAfter(flaps)) >= 0;
    }

    /** The delay, doubled for each flap. */
    Duration delayAfter(int flaps) {
        Duration longest = delay.compareTo(LONGEST) > 0 ? delay : LONGEST;
        Duration doubled = delay;
        for (int i = 0; i < flaps && doubled.compareTo(longest) < 0; i++) {
            doubled = doubled.multipliedBy(2);
        }
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }
}
