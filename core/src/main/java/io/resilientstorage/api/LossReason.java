package io.resilientstorage.api;

/** Why a lease ended before it was closed. */
public enum LossReason {
    /** Its time was over, and nobody had asked for it to be renewed. */
    EXPIRED,
    /** Its time was over, and renewing it had failed: the backend that granted it did not answer, or refused. */
    UNREACHABLE,
    /** Its time was over, and it could not be renewed: the backend that granted it may do so no more. */
    AUTHORITY_CHANGED,
    /** The backend said that it is not held under this token any more. */
    TAKEN,
    /** The storage was closed. */
    STORAGE_CLOSED
}
