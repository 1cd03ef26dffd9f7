package io.resilientstorage.replication;

import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hints at one backend for another that stand for what this process itself is about to deliver. While there are no
 * others, nobody need carry them: after an outage each record would be sent twice. In doubt there are others. Safe for
 * use by several threads.
 */
final class OwnHints {

    /** A hint that is so much older than whatever waits in this process is another's. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final IntSupplier waiting;
    private final Supplier<@Nullable Long> oldest;
    private final IntSupplier clearing;
    private final Clock clock;

    /**
     * The hints of one pair.
     *
     * @param waiting how many records wait here of which the source keeps a hint
     * @param oldest since when the oldest has waited, in monotonic nanoseconds; null if none waits
     * @param clearing how many hints are about to be removed at the source
     */
    OwnHints(IntSupplier waiting, Supplier<@Nullable Long> oldest, IntSupplier clearing, Clock clock) {
        this.waiting = waiting;
        this.oldest = oldest;
        this.clearing = clearing;
        this.clock = clock;
    }

    /** How many there may be: of records that wait here, and of those that were delivered. */
    long count() {
        return (long) waiting.getAsInt() + clearing.getAsInt();
    }

    /**
     * Whether all hints are.
     *
     * @param summary what the source says of them
     * @param before the count from before it was asked: what was delivered meanwhile had a hint then
     */
    boolean areAll(HintSummary summary, long before) {
        Long since = oldest.get();
        if (since == null || summary.pending() > Math.max(before, count())) {
            return false;
        }
        Duration age = Duration.ofNanos(clock.nanos() - since).plus(SLACK);
        return summary.oldestMillis() <= age.toMillis();
    }
}
