package io.resilientstorage.lock;

import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Releases that have not been done yet: the backend did not answer, or it is not known whether there is anything to
 * release. Each is tried until it was answered or the lock has ended by itself. At its bound it forgets the one that
 * has waited longest, whose lock then ends by itself.
 *
 * <p>Safe for use by several threads.
 */
final class ReleaseQueue {

    static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseQueue.class);

    private static final Duration PAUSE = Duration.ofMillis(250);

    /** How many are sent at the same time. */
    private static final int AT_ONCE = 16;

    /**
     * A release.
     *
     * @param at who may have granted it
     * @param token under which token, or any
     * @param from not before this moment (monotonic nanoseconds)
     * @param until when the lock has ended by itself (monotonic nanoseconds)
     */
    record Entry(
            Granter at, String space, String name, String owner, long token, LockTerms terms, long from, long until) {}

    private final Time time;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private int underWay;
    private boolean timed;
    private boolean closed;

    ReleaseQueue(Time time) {
        this.time = time;
    }

    /** Takes a release. */
    void add(Entry entry) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (waiting.size() >= MOST) {
                waiting.removeFirst();
                LOG.debug("{} releases wait, and one is left to the end of its lock", MOST);
            }
            waiting.addLast(entry);
        }
        later(Duration.ofNanos(Math.max(0, entry.from() - time.clock().nanos())));
    }

    private void later(Duration delay) {
        synchronized (this) {
            if (timed || closed || waiting.isEmpty()) {
                return;
            }
            timed = true;
        }
        var unused = time.timers().schedule(delay.compareTo(PAUSE) > 0 ? PAUSE : delay, this::turn);
    }

    /** Looks at each that waits, once. */
    private void turn() {
        int left;
        synchronized (this) {
            timed = false;
            left = waiting.size();
        }
        for (; left > 0 && send(); left--) {
            // One after the other, as many as may be under way.
        }
        later(PAUSE);
    }

    private boolean send() {
        long now = time.clock().nanos();
        Entry entry;
        synchronized (this) {
            if (closed || underWay >= AT_ONCE || waiting.isEmpty()) {
                return false;
            }
            entry = waiting.removeFirst();
            if (entry.from() - now > 0) {
                waiting.addLast(entry);
                return true;
            }
            if (entry.until() - now <= 0) {
                return true;
            }
            underWay++;
        }
        CompletableFuture<?> answer = entry.at()
                .release(
                        entry.space(),
                        entry.name(),
                        entry.owner(),
                        entry.token(),
                        entry.terms(),
                        entry.at().attemptNanos(),
                        Asker.NOT_WAITING);
        var unused = answer.whenComplete((reply, failure) -> {
            synchronized (this) {
                underWay--;
                if (failure != null && !closed && waiting.size() < MOST) {
                    waiting.addLast(entry);
                }
            }
            later(PAUSE);
        });
        return true;
    }

    /** How many wait or are under way. */
    synchronized int size() {
        return waiting.size() + underWay;
    }

    /** Takes no more and forgets what waits: those locks end by themselves. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }
}
