package io.resilientstorage.replication;

import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.time.Clock;
import java.time.Duration;

/**
 * The hints at one backend for another that stand for what this process itself is about to deliver. While there are no
 * others, nobody need carry them: after an outage each record would be sent twice. In doubt there are others. Safe for
 * use by several threads.
 */
final class OwnHints {

    /** A hint that is so much older than whatever waits in this process is another's. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final int source;
    private final Replicator replicator;
    private final HintClearing clearing;
    private final Clock clock;

    OwnHints(int source, Replicator replicator, HintClearing clearing, Clock clock) {
        this.source = source;
        this.replicator = replicator;
        this.clearing = clearing;
        this.clock = clock;
    }

    /** How many there may be: of records that wait here, and of those that were delivered. */
    long count() {
        return (long) replicator.hintedAt(source) + clearing.size();
    }

    /**
     * Whether all hints are.
     *
     * @param summary what the source says of them
     * @param before the count from before it was asked: what was delivered meanwhile had a hint then
     */
    boolean areAll(HintSummary summary, long before) {
        Long oldest = replicator.oldestSince();
        if (oldest == null || summary.pending() > Math.max(before, count())) {
            return false;
        }
        Duration age = Duration.ofNanos(clock.nanos() - oldest).plus(SLACK);
        return summary.oldestMillis() <= age.toMillis();
    }
}
