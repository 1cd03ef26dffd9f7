package io.resilientstorage.health;

import io.resilientstorage.api.Health;

/**
 * What the probes so far say of a backend. A pure function: a verdict and the next probe's outcome give the next
 * verdict.
 *
 * <p>The first probe counts at once, and so does the first good one of a backend that has never been well: at a start
 * it should serve as soon as it can. After that one probe changes nothing: it takes {@value #AGREEING} in a row of the
 * same outcome, so that a single lost packet neither takes a backend out nor brings it back.
 *
 * @param health the verdict
 * @param outcome the outcome of the last probe
 * @param count how many in a row had it
 * @param proven whether any probe was good so far
 */
record HealthVerdict(Health health, Health outcome, int count, boolean proven) {

    static final int AGREEING = 2;

    /** The verdict after the first probe. */
    static HealthVerdict first(Health outcome) {
        return new HealthVerdict(outcome, outcome, AGREEING, outcome == Health.HEALTHY);
    }

    /** The verdict after one more probe, whose outcome is what the backend would be if it counted alone. */
    HealthVerdict next(Health probed) {
        if (!proven && probed == Health.HEALTHY) {
            return first(probed);
        }
        int agreeing = probed == outcome ? Math.min(count + 1, AGREEING) : 1;
        return new HealthVerdict(agreeing >= AGREEING ? probed : health, probed, agreeing, proven);
    }

    /** This verdict, or, if somebody else has revised the health since, a settled one of that health. */
    HealthVerdict unlessRevised(Health present) {
        return present == health ? this : new HealthVerdict(present, present, AGREEING, proven);
    }

    /** Whether the last probe said the same as the verdict. */
    boolean isSettled() {
        return outcome == health;
    }
}
