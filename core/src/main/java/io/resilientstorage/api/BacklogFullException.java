package io.resilientstorage.api;

/**
 * A write was refused, and not stored: nothing but the memory of this process would have kept the note that other
 * backends still have to get it, and there is no room for more of those.
 */
public final class BacklogFullException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** @param message which bound was reached */
    public BacklogFullException(String message) {
        super(message);
    }
}
