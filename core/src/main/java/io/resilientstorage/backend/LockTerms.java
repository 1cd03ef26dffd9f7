package io.resilientstorage.backend;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What all processes must hold alike for a lock space. It stands in the {@link Authority} record, and a request with
 * others is refused: two processes that reckon with different drains would break both.
 *
 * @param policy the policy, in whatever form its owner gives it: 1 to 128 letters, digits and {@code _ . , : -}
 * @param maxTtlMillis the longest time that a lock may be granted for at once, 1 to {@link #MOST_TTL_MILLIS}
 * @param mirrored whether a grant holds only once the peer has its copy
 */
public record LockTerms(String policy, long maxTtlMillis, boolean mirrored) {

    /** The longest time that any terms allow a lock to be granted for: 5 minutes. */
    public static final long MOST_TTL_MILLIS = 300_000;

    private static final String POLICY = "[A-Za-z0-9_.,:-]{1,128}";
    private static final Pattern WELL_FORMED = Pattern.compile(POLICY);
    private static final Pattern TEXT = Pattern.compile("1 (" + POLICY + ") ([0-9]{1,6}) ([MU])");

    /** Refuses other characters in a policy, and a maxTtl out of its bounds. */
    public LockTerms {
        if (!WELL_FORMED.matcher(policy).matches()) {
            throw new IllegalArgumentException("no text for a policy: '" + policy + "'");
        }
        if (maxTtlMillis < 1 || maxTtlMillis > MOST_TTL_MILLIS) {
            throw new IllegalArgumentException(
                    "maxTtlMillis must be between 1 and " + MOST_TTL_MILLIS + ", and is " + maxTtlMillis);
        }
    }

    /** Whether they differ in nothing but in what holds for the moment: whether it is mirrored. */
    public boolean agreesWith(LockTerms other) {
        return policy.equals(other.policy) && maxTtlMillis == other.maxTtlMillis;
    }

    /** The same, mirrored or not. */
    public LockTerms withMirrored(boolean now) {
        return new LockTerms(policy, maxTtlMillis, now);
    }

    /** The form in which backends store and compare it. Equal terms have equal texts. */
    public String text() {
        return "1 " + policy + " " + maxTtlMillis + (mirrored ? " M" : " U");
    }

    /**
     * Reads the stored form.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static LockTerms parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no lock terms of this format: '" + text + "'");
        }
        return new LockTerms(
                parts.group(1), Long.parseLong(parts.group(2)), parts.group(3).equals("M"));
    }
}
