package io.resilientstorage.api;

/**
 * What is stored under the key cannot be read: it has a newer format than this version of the library knows, is no
 * value at all, or the codec refused it. It is never overwritten unasked.
 */
public final class UnreadableValueException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** @param problem what stands there, without the value */
    public UnreadableValueException(String problem) {
        super(problem);
    }

    /**
     * @param problem what stands there, without the value
     * @param cause what the codec said
     */
    public UnreadableValueException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
