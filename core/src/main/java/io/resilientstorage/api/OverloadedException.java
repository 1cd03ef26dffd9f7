package io.resilientstorage.api;

/**
 * A documented bound on waiting calls was reached: the call was refused at once, and counts for no circuit. Try again
 * later.
 */
public final class OverloadedException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** @param bound what is full, and how large it is */
    public OverloadedException(String bound) {
        super(bound);
    }

    /**
     * @param bound what is full, and how large it is
     * @param cause what the backend's client said
     */
    public OverloadedException(String bound, Throwable cause) {
        super(bound, cause);
    }
}
