package io.resilientstorage.recovery;

import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * How fast a recovery may go. While no call of this process waits for an answer, as fast as the backends can. While
 * calls wait, a small read now and then tells what they feel: the recovery goes in small chunks, one at a time, and
 * pauses between them as long as such a read takes more than {@value #TOLERATED} times what it took before the recovery
 * began. Never slower than {@value #CHUNK_UNDER_LOAD} records in {@link #LONGEST_PAUSE}. Safe for use by several
 * threads.
 */
final class Pace {

    static final int PAGE = 1_000;
    static final int PAGE_UNDER_LOAD = 128;
    static final int CHUNK = 1_000;
    static final int CHUNK_UNDER_LOAD = 64;
    static final Duration LONGEST_PAUSE = Duration.ofMillis(9);

    private static final int WINDOW = 6;
    private static final double TOLERATED = 1.5;
    private static final double SMOOTHING = 0.2;
    private static final int CALM = 64;

    private final Time time;
    private final IntSupplier waitingCalls;
    private final Supplier<CompletionStage<?>> smallRead;
    private final AtomicLong applied = new AtomicLong();
    private volatile long usualNanos;
    private volatile double nowNanos;
    private volatile int calmFor = CALM;
    private volatile Duration pause = Duration.ZERO;

    /**
     * A pace.
     *
     * @param waitingCalls how many calls of this process wait for an answer now
     * @param smallRead a read at the backend that is filled, as a call would make it
     */
    Pace(Time time, IntSupplier waitingCalls, Supplier<CompletionStage<?>> smallRead) {
        this.time = time;
        this.waitingCalls = waitingCalls;
        this.smallRead = smallRead;
    }

    /** Measures what a small read takes before the recovery begins. Never fails. */
    CompletableFuture<Void> begin() {
        return measure()
                .thenCompose(first -> measure())
                .thenCompose(second -> measure())
                .thenAccept(nanos -> {
                    usualNanos = nanos;
                    nowNanos = nanos;
                });
    }

    private CompletableFuture<Long> measure() {
        long begun = time.clock().nanos();
        return smallRead
                .get()
                .handle((any, failure) -> time.clock().nanos() - begun)
                .toCompletableFuture();
    }

    /** How many records were applied. */
    long applied() {
        return applied.get();
    }

    void applied(int records) {
        applied.addAndGet(records);
        calmFor = waitingCalls.getAsInt() > 0 ? 0 : Math.min(CALM, calmFor + 1);
    }

    private boolean isUnderLoad() {
        return calmFor < CALM;
    }

    /** How many chunks may be under way at the same time. */
    int window() {
        return isUnderLoad() ? 1 : WINDOW;
    }

    /** About how many records are read at a time: a large page keeps those waiting who ask the same database. */
    int page() {
        return isUnderLoad() ? PAGE_UNDER_LOAD : PAGE;
    }

    /** How many records one chunk has. */
    int chunk() {
        return isUnderLoad() ? CHUNK_UNDER_LOAD : CHUNK;
    }

    /** Completes when the next chunk may go. */
    CompletableFuture<Void> pause() {
        if (!isUnderLoad()) {
            return CompletableFuture.completedFuture(null);
        }
        return measure().thenCompose(nanos -> {
            // One chunk is under way at a time while calls wait, so nobody else is here.
            double before = nowNanos;
            double smoothed = before + SMOOTHING * (nanos - before);
            nowNanos = smoothed;
            boolean slow = smoothed > TOLERATED * usualNanos;
            Duration next = slow ? pause.multipliedBy(2).plusMillis(1) : Duration.ofNanos(pause.toNanos() * 3 / 4);
            pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
            CompletableFuture<Void> end = new CompletableFuture<>();
            if (pause.isZero()) {
                end.complete(null);
            } else {
                time.timers().schedule(pause, () -> end.complete(null));
            }
            return end;
        });
    }
}
