package io.resilientstorage.breaker;

import java.time.Duration;

/** A call was not made, because its circuit does not let it through. Only a breaker used by itself throws it. */
public final class CircuitOpenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String breaker;
    private final Duration retryAfter;

    /**
     * @param breaker the breaker's name
     * @param retryAfter when it makes sense to ask again
     */
    public CircuitOpenException(String breaker, Duration retryAfter) {
        super("circuit '" + breaker + "' lets no call through; ask again in " + retryAfter.toMillis() + " ms");
        this.breaker = breaker;
        this.retryAfter = retryAfter;
    }

    /** The breaker's name. */
    public String breaker() {
        return breaker;
    }

    /** When it makes sense to ask again; see {@link Rejected#retryAfter()}. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
