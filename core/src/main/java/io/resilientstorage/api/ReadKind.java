package io.resilientstorage.api;

/** The three answers to a read; see {@link ReadResult#kind()}. */
public enum ReadKind {
    FOUND,
    ABSENT,
    UNKNOWN
}
