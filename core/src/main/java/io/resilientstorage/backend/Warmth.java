package io.resilientstorage.backend;

/** Whether a backend has everything that it had before it lost its content. */
public enum Warmth {
    /** It is still being filled: what it misses may exist. */
    COLD,

    /** It has everything up to its watermark. */
    WARM
}
