package io.resilientstorage.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The way back of one backend, as this process sees it.
 *
 * @param step what is being done
 * @param left how many records it is estimated to lack yet; empty while nothing is known to estimate it by
 * @param perSecond how many records a second it got lately; 0 if it got none
 * @param remaining how long the rest takes at that rate; empty while the rate is 0 or what is left is not known
 */
public record Recovery(Step step, OptionalLong left, double perSecond, Optional<Duration> remaining) {

    /** What is being done for a backend that lacks records. */
    public enum Step {
        /** It gets the records that hints, and this process, keep for it. */
        CATCHING_UP,
        /** It came back with an old state, and gets all that the durable backend committed since. */
        REPLAYING,
        /** It came back empty, and gets the content of the durable backend, the newest first. */
        WARMING_UP,
        /** It was away too long: what has ended since is taken out of it, and then it is warmed up. */
        RECONCILING,
        /** It keeps its content and lost it, and gets it back from another shared backend. */
        REBUILDING
    }

    /** The longest time that is told. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** Refuses what is negative. */
    public Recovery {
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(left, "left");
        Objects.requireNonNull(remaining, "remaining");
        if (left.orElse(0) < 0 || !(perSecond >= 0)) {
            throw new IllegalArgumentException("left and perSecond must not be negative: " + left + ", " + perSecond);
        }
    }

    /** A recovery at a rate, with the time that the rest takes at it. */
    public static Recovery at(Step step, long left, double perSecond) {
        return new Recovery(step, OptionalLong.of(left), perSecond, remaining(left, perSecond));
    }

    /** A recovery of which nobody knows how much is left. */
    public static Recovery without(Step step, double perSecond) {
        return new Recovery(step, OptionalLong.empty(), perSecond, Optional.empty());
    }

    private static Optional<Duration> remaining(long left, double perSecond) {
        if (!(perSecond > 0)) {
            return Optional.empty();
        }
        double seconds = left / perSecond;
        return Optional.of(
                seconds >= LONGEST.toSeconds() ? LONGEST : Duration.ofMillis((long) Math.ceil(seconds * 1_000)));
    }
}
