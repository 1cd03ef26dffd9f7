package io.resilientstorage.e2e.processes;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What stands in the backends of a fleet once they agree, or once the wait for that was over.
 *
 * @param standings what stands there, by backend and key
 * @param after how long after the beginning of the wait they agreed; empty if they did not
 */
record Quiescence(Map<String, Map<String, Standing>> standings, Optional<Duration> after) {

    /** Waits until both backends show the same under these keys. Nobody may write meanwhile. */
    static Quiescence await(Fleet fleet, Collection<String> keys, long sinceNanos, Duration patience) {
        try (DirectBackend redis = DirectBackend.open(Fleet.REDIS, fleet.redis.url());
                DirectBackend database = DirectBackend.open(Fleet.DATABASE, fleet.postgres.url())) {
            Duration after = Duration.ZERO;
            try {
                Awaitility.await()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(20))
                        .atMost(patience)
                        .until(() ->
                                Checker.differences(read(redis, database, keys)).isEmpty());
                after = Duration.ofNanos(System.nanoTime() - sinceNanos);
            } catch (ConditionTimeoutException differ) {
                return new Quiescence(read(redis, database, keys), Optional.empty());
            }
            return new Quiescence(read(redis, database, keys), Optional.of(after));
        }
    }

    private static Map<String, Map<String, Standing>> read(
            DirectBackend redis, DirectBackend database, Collection<String> keys) {
        return Map.of(Fleet.REDIS, redis.read(keys), Fleet.DATABASE, database.read(keys));
    }

    /** What the checker finds in this end of a history. */
    List<Finding> check(CallHistory history) {
        return Checker.check(history, Fleet.DATABASE, standings);
    }
}
