package io.resilientstorage.redis;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what was handed to one connection and has not come to an end, and says when that is too much. A request is
 * taken while less than the bounds is under way, so that one large batch passes when there is room, and the bounds are
 * passed by the size of one request at most for each thread.
 *
 * @param maxCalls how many calls may be under way
 * @param maxBytes how many bytes of them
 */
record InFlight(int maxCalls, long maxBytes, AtomicInteger calls, AtomicLong bytes) {

    InFlight(int maxCalls, long maxBytes) {
        this(maxCalls, maxBytes, new AtomicInteger(), new AtomicLong());
    }

    /** Takes a request, if there is room. */
    boolean enter(int moreCalls, long moreBytes) {
        if (isFull()) {
            return false;
        }
        calls.addAndGet(moreCalls);
        bytes.addAndGet(moreBytes);
        return true;
    }

    /** Whether no request would be taken. */
    boolean isFull() {
        return calls.get() >= maxCalls || bytes.get() >= maxBytes;
    }

    /** Whether fewer calls than that are under way. */
    boolean isBelow(int someCalls) {
        return calls.get() < someCalls;
    }

    /** A call came to an end. */
    void leave(long size) {
        calls.decrementAndGet();
        bytes.addAndGet(-size);
    }

    /** Whether nothing is under way. */
    boolean isEmpty() {
        return calls.get() <= 0;
    }
}
