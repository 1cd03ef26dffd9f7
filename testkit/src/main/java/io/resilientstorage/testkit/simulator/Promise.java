package io.resilientstorage.testkit.simulator;

/** What the simulator watches over. The letters are those of the project's promises. */
public enum Promise {
    /** While one backend can serve, every call succeeds inside its deadline. */
    P1,
    /** A receipt names a backend that took the write, and for which others it is still pending. */
    P2,
    /** In one process, a read after a write sees that write or a newer one. */
    P3,
    /** After the faults stop, all shared backends agree on every key. */
    P4,
    /** A deleted key does not come back. */
    P5,
    /** A key never outlives its deadline. */
    P6,
    /** What a backend acknowledged that did not lose it stands at the end, or something newer. */
    P7,
    /** A backend that came back empty or old is not believed. */
    P8,
    /** ABSENT is not said of a live key, and what is old is told as stale. */
    P9,
    /** No task of the engine throws. */
    SOUND
}
