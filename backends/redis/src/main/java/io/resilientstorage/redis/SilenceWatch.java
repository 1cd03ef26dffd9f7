package io.resilientstorage.redis;

import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds out that a peer is gone which says nothing: a server that is stopped still takes connections and bytes, and a
 * network may swallow everything. If calls are under way and nothing at all was answered for a while, it says so, once.
 *
 * <p>It looks only after a call has timed out, then from time to time until nothing is under way. A look that itself
 * comes late proves nothing but that this process was paused: answers may wait unread, so the silence counts from anew.
 */
final class SilenceWatch {

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Time time;
    private final Duration limit;
    private final BooleanSupplier idle;
    private final Consumer<Duration> whenSilent;
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile long quietSince;

    /**
     * @param limit how long a silence may be
     * @param idle whether nothing is under way, or nothing matters any more
     * @param whenSilent told how long the silence was
     */
    SilenceWatch(Time time, Duration limit, BooleanSupplier idle, Consumer<Duration> whenSilent) {
        this.time = time;
        this.limit = limit;
        this.idle = idle;
        this.whenSilent = whenSilent;
        this.quietSince = now();
    }

    /** Something was answered, or the first call after a rest is sent. */
    void begin() {
        quietSince = now();
    }

    /** Whether for so long nothing was answered, since something was sent. */
    boolean hasLasted(Duration length) {
        return now() - quietSince >= length.toNanos();
    }

    /**
     * A call has timed out.
     *
     * @param dueAt when its time was over, on the monotonic clock
     */
    void timedOut(long dueAt) {
        if (watching.compareAndSet(false, true)) {
            look(dueAt);
        }
    }

    private void look(long dueAt) {
        if (idle.getAsBoolean()) {
            watching.set(false);
            return;
        }
        long now = now();
        if (now - dueAt > PAUSE.toNanos()) {
            quietSince = now;
        }
        Duration silence = Duration.ofNanos(now - quietSince);
        if (silence.compareTo(limit) >= 0) {
            whenSilent.accept(silence);
        } else {
            Duration rest = limit.minus(silence);
            time.timers().schedule(rest, () -> look(now + rest.toNanos()));
        }
    }

    private long now() {
        return time.clock().nanos();
    }
}
