package io.resilientstorage.server.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that may be in use at once. Safe for use by several threads. */
final class ByteBudget {

    private final AtomicLong free;

    ByteBudget(long bytes) {
        free = new AtomicLong(bytes);
    }

    /** Takes bytes if there are as many. */
    boolean take(long bytes) {
        long before = free.getAndUpdate(now -> now >= bytes ? now - bytes : now);
        return before >= bytes;
    }

    void giveBack(long bytes) {
        free.addAndGet(bytes);
    }
}
