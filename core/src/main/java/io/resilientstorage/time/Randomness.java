package io.resilientstorage.time;

/** The only source of chance. Safe for use by several threads. */
public interface Randomness {

    /** 64 random bits. */
    long nextLong();

    /** A number from 0 (included) to 1 (excluded). */
    default double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }
}
