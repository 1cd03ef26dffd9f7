package io.resilientstorage.api;

import java.time.Duration;

/** The call's deadline passed before any backend answered. What became of a write is not known: it may be stored. */
public final class DeadlineExceededException extends StorageException {

    private static final long serialVersionUID = 1L;

    /**
     * @param timeout the call's time-out
     * @param causes what happened at each backend until then, for the message
     */
    public DeadlineExceededException(Duration timeout, String causes) {
        super("no answer within the call time-out of " + timeout.toMillis() + " ms"
                + (causes.isEmpty() ? "" : ": " + causes));
    }
}
