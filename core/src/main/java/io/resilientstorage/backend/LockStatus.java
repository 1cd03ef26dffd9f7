package io.resilientstorage.backend;

/** How a step of a {@link LockStore} ended. The refusals stand in the order in which they are looked for. */
public enum LockStatus {
    /** The lock is held, for as long as the reply says, under the token that the reply tells. */
    GRANTED,
    /** The lock was held by this owner, and is no more. */
    RELEASED,
    /** The copy stands here. */
    COPIED,

    /** The request came after its not-after time; nothing was done. */
    LATE,
    /** No authority record stands for this lock space. */
    NO_AUTHORITY,
    /** The authority record was written in another life of this backend. */
    OTHER_LIFE,
    /** The terms of the request are not those of the record. */
    DISAGREES,
    /** This backend is not the authority, or knows of a newer epoch than its own. */
    INACTIVE,
    /** The time in which this backend may grant has run out. */
    LAPSED,
    /** This backend may not grant yet; the reply tells how long. */
    DRAINING,
    /** For a copy: an epoch newer than that of its token is known here. */
    NEWER_EPOCH,
    /** Another owner has the lock; the reply tells how long. */
    HELD,
    /** For a renewal: it is not held under this token. For a copy: a later grant of this lock stands here. */
    LOST,
    /** For a release: this owner does not hold it under this token. */
    NOT_HELD,
    /** All tokens of this epoch were granted. */
    FULL
}
