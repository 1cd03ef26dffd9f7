package io.resilientstorage.benchmarks.locks;

import io.resilientstorage.benchmarks.load.Subject;

/** A library's locks on a server. */
interface LockClient extends AutoCloseable {

    /** Acquires a lock and releases it. */
    Subject cycle();

    @Override
    void close();
}
