package io.resilientstorage.redis;

import io.resilientstorage.backend.Incarnation;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the server's clock without asking it: it was heard at the last probe, and has gone on since. So a
 * read can tell of most records, without another question, that they have not ended. What is near its end, or past it,
 * is asked of the server, which alone decides. Safe for use by several threads.
 */
final class ServerClock {

    /** More than a clock that somebody corrects goes forward at once. */
    private static final long MARGIN_MILLIS = 1_000;

    /** Nobody has probed for so long that the clocks may have drifted apart. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(10).toNanos();

    private record Heard(Incarnation life, long millis, long nanos) {}

    private volatile @Nullable Heard heard;

    /**
     * Takes note of the server's clock.
     *
     * @param life the life of the server that told
     * @param millis what it told
     * @param askedNanos the monotonic time before it was asked: it cannot have told later than it seems
     */
    void heard(Incarnation life, long millis, long askedNanos) {
        heard = new Heard(life, millis, askedNanos);
    }

    /** Whether something that ends then has surely not ended yet; false also if that is not known. */
    boolean isBefore(long expiresAt, Incarnation life, long nanos) {
        Heard last = heard;
        if (last == null || nanos - last.nanos() > LONGEST_NANOS || !last.life().equals(life)) {
            return false;
        }
        long latest = last.millis() + TimeUnit.NANOSECONDS.toMillis(nanos - last.nanos());
        return expiresAt - latest > MARGIN_MILLIS;
    }
}
