package io.resilientstorage.benchmarks.locks;

import java.time.Duration;

/** The locks that are asked for: each thread has its own, so that nobody ever meets anybody. */
final class LockNames {

    /** How many each thread has, which it takes in turn. */
    static final int COUNT = 200;

    /** For how long one is taken, though it is given back at once. */
    static final Duration TTL = Duration.ofSeconds(30);

    private LockNames() {}

    /** One of those of the calling thread. */
    static String own(int key) {
        return "job:" + Thread.currentThread().getId() + ":" + key;
    }
}
