package io.resilientstorage.api;

/** The three answers to who wants a lock; see {@link LockResult#kind()}. */
public enum LockResultKind {
    ACQUIRED,
    HELD_BY_OTHER,
    UNAVAILABLE
}
