package io.resilientstorage.replication;

import io.resilientstorage.backend.HintSummary;
import java.time.Duration;

/**
 * What one backend said of its hints for another.
 *
 * @param summary how many there are, and how old
 * @param askedAt when it was asked, in monotonic nanoseconds
 */
public record HintView(HintSummary summary, long askedAt) {

    /** Whether some hint is at least so old. */
    public boolean hasOlderThan(Duration age) {
        return summary.pending() > 0 && summary.oldestMillis() >= age.toMillis();
    }

    /** Whether some hint was there already at a moment, as far as milliseconds tell; in doubt it was. */
    public boolean hasFromBefore(long nanos) {
        return summary.pending() > 0 && askedAt - summary.oldestMillis() * 1_000_000L <= nanos + 1_000_000L;
    }
}
