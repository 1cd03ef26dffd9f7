package io.resilientstorage.backend;

/** What a step of a {@link LockStore} is asked to do. */
public enum LockAction {
    /** To grant the lock, or to extend it if its owner has it already. */
    ACQUIRE,
    /** To extend a lock that its owner has, under the token that is given, if one is. */
    RENEW,
    /** To end a lock. The authority is not asked: who gives up a lock may do so always. */
    RELEASE,
    /** To store what another backend has granted, so that it is known here if that one fails. */
    COPY
}
