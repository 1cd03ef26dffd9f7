package io.resilientstorage.api;

/**
 * The namespace demands exact conditions, and the backend that all processes share cannot judge this one now. The write
 * was not handed to another backend.
 */
public final class InexactConditionException extends StorageException {

    private static final long serialVersionUID = 1L;

    /**
     * @param namespace the namespace that demands it
     * @param reason why the condition would not be exact
     */
    public InexactConditionException(String namespace, String reason) {
        super("namespace '" + namespace + "' demands exact conditions, and this one would not be: " + reason);
    }
}
