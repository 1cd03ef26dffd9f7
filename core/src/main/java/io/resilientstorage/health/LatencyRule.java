package io.resilientstorage.health;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.member.Member;
import java.time.Duration;

/**
 * When an answered probe is slow. A pure function.
 *
 * <p>A probe asks the same little thing every time, so how long it takes says how the backend is. How long a call takes
 * says also what was asked, and how long it waited for a connection: a slow call only asks for a probe.
 *
 * <p>What was slow must become quicker by a quarter of the bound before it counts as quick: a backend whose latency
 * wavers around the bound stays what it is.
 *
 * @param slow from how long on a probe is slow
 * @param longest how long an attempt of a call may take
 */
record LatencyRule(Duration slow, Duration longest) {

    static LatencyRule of(Member member) {
        return new LatencyRule(
                Duration.ofNanos(member.slowNanos()), member.settings().attemptTimeout());
    }

    /** Whether it is slow, if the probe before it was, or was not. */
    boolean isSlow(Duration took, boolean before) {
        return took.compareTo(before ? threeQuarters(slow) : slow) >= 0;
    }

    /**
     * Whether calls that take about as long would be answered in time: a quarter below the bound, so that a latency
     * that wavers around it does not close the circuit for the next calls to time out.
     */
    boolean isInTime(Duration took) {
        return took.compareTo(threeQuarters(longest)) < 0;
    }

    private static Duration threeQuarters(Duration bound) {
        return bound.multipliedBy(3).dividedBy(4);
    }

    /** What to tell of a slow probe. */
    String describe(Duration took) {
        return "it is slow: a probe took " + took.toMillis() + " ms, and from " + slow.toMillis() + " ms on it is slow";
    }

    /** What a probe that is not in time says to the circuit. */
    BackendException tooLate(Duration took) {
        return BackendException.noAnswer(
                "a probe took " + took.toMillis() + " ms, and a call may take " + longest.toMillis() + " ms; from "
                        + threeQuarters(longest).toMillis() + " ms on the circuit stays open");
    }
}
