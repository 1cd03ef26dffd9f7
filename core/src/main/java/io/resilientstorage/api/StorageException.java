package io.resilientstorage.api;

/** The root of all that this library throws to its callers. */
public abstract sealed class StorageException extends RuntimeException
        permits AllBackendsFailedException,
                BacklogFullException,
                CallInterruptedException,
                DeadlineExceededException,
                InexactConditionException,
                InvalidRequestException,
                InvalidSettingException,
                NamespaceDisagreementException,
                OverloadedException,
                StorageClosedException,
                UnreadableValueException {

    private static final long serialVersionUID = 1L;

    StorageException(String message) {
        super(message);
    }

    StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
