package io.resilientstorage.api;

/**
 * The calling thread was interrupted while it waited. Its interrupt flag is set again. What became of the call is not
 * known: a write may still be stored.
 */
public final class CallInterruptedException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Made by the blocking face. */
    public CallInterruptedException(InterruptedException cause) {
        super("the calling thread was interrupted; the outcome of the call is not known", cause);
    }
}
