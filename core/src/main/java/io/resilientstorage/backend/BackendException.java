package io.resilientstorage.backend;

import java.util.Objects;

/** A failure of a backend, sorted by its adapter. */
public final class BackendException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The sorts of failure. */
    public enum Kind {
        /** It cannot be reached or does not answer: counts for the circuit, and the next backend is asked. */
        UNAVAILABLE,
        /**
         * It cannot do this kind of work now (read-only, out of memory): the next backend is asked, and this one is
         * DEGRADED.
         */
        REFUSED,
        /** The caller's mistake: thrown to the caller, counts for nothing. */
        INVALID,
        /** The client's own bound was reached (a full pool): thrown to the caller, counts for nothing. */
        OVERLOADED
    }

    private final Kind kind;
    private final boolean outcomeKnown;

    private BackendException(Kind kind, boolean outcomeKnown, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.outcomeKnown = outcomeKnown;
    }

    private BackendException(Kind kind, boolean outcomeKnown, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind, "kind");
        this.outcomeKnown = outcomeKnown;
    }

    /** It could not be reached, and nothing was sent: no write of this request was or will be stored. */
    public static BackendException unreachable(String message, Throwable cause) {
        return new BackendException(Kind.UNAVAILABLE, true, message, cause);
    }

    /** It could not be reached, and nothing was sent: no write of this request was or will be stored. */
    public static BackendException unreachable(String message) {
        return new BackendException(Kind.UNAVAILABLE, true, message);
    }

    /** It did not answer: a write of this request may have been stored. */
    public static BackendException noAnswer(String message, Throwable cause) {
        return new BackendException(Kind.UNAVAILABLE, false, message, cause);
    }

    /** It did not answer: a write of this request may have been stored. */
    public static BackendException noAnswer(String message) {
        return new BackendException(Kind.UNAVAILABLE, false, message);
    }

    /** It refused: no write of this request was stored. */
    public static BackendException refused(String message, Throwable cause) {
        return new BackendException(Kind.REFUSED, true, message, cause);
    }

    /** It refused: no write of this request was stored. */
    public static BackendException refused(String message) {
        return new BackendException(Kind.REFUSED, true, message);
    }

    /** The caller's mistake: no write of this request was stored. */
    public static BackendException invalid(String message, Throwable cause) {
        return new BackendException(Kind.INVALID, true, message, cause);
    }

    /** The caller's mistake: no write of this request was stored. */
    public static BackendException invalid(String message) {
        return new BackendException(Kind.INVALID, true, message);
    }

    /** The client's own bound was reached: nothing was sent. */
    public static BackendException overloaded(String message) {
        return new BackendException(Kind.OVERLOADED, true, message);
    }

    /** How the failure was sorted. */
    public Kind kind() {
        return kind;
    }

    /** Whether it is certain that no write of the request was or will be stored. */
    public boolean outcomeKnown() {
        return outcomeKnown;
    }
}
