package io.resilientstorage.e2e.processes;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What stands in both backends once they agree, or once the wait for that was over.
 *
 * @param standings what stands there, by backend and key
 * @param standingAt when the reading of that began, by {@link System#nanoTime()}
 * @param after how long after the beginning of the wait they agreed; empty if they did not
 */
record Quiescence(Map<String, Map<String, Standing>> standings, long standingAt, Optional<Duration> after) {

    /**
     * Waits until both backends show the same under these keys. Nobody may write meanwhile.
     *
     * @param sinceNanos the beginning of the wait, by {@link System#nanoTime()}
     * @param patience how long to wait from now on
     */
    static Quiescence await(
            DirectBackend redis, DirectBackend database, Collection<String> keys, long sinceNanos, Duration patience) {
        // What agreed is what counts: a value may end between two readings.
        AtomicReference<Quiescence> last = new AtomicReference<>();
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(patience)
                    // A connection that a killed server has ended comes back by itself.
                    .ignoreException(CompletionException.class)
                    .until(() -> {
                        long now = System.nanoTime();
                        Quiescence seen = new Quiescence(
                                read(redis, database, keys), now, Optional.of(Duration.ofNanos(now - sinceNanos)));
                        last.set(seen);
                        return Checker.differences(seen.standings()).isEmpty();
                    });
            return Objects.requireNonNull(last.get());
        } catch (ConditionTimeoutException differ) {
            long now = System.nanoTime();
            return new Quiescence(read(redis, database, keys), now, Optional.empty());
        }
    }

    private static Map<String, Map<String, Standing>> read(
            DirectBackend redis, DirectBackend database, Collection<String> keys) {
        return Map.of(Fleet.REDIS, redis.read(keys), Fleet.DATABASE, database.read(keys));
    }

    /** What the checker finds in this end of a history. */
    List<Finding> check(CallHistory history) {
        return Checker.check(history, Fleet.DATABASE, standings, standingAt);
    }
}
