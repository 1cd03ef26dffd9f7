package io.resilientstorage.api;

/** The storage was closed. */
public final class StorageClosedException extends StorageException {

    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public StorageClosedException() {
        super("the storage is closed");
    }
}
