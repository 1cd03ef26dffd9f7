package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How records came into an empty Redis, as its {@code DBSIZE} tells. The time begins before the first of them: finding
 * out that the server is back is none of it.
 *
 * @param records how many came
 * @param from when it began, on this process's monotonic clock
 * @param to when it ended
 */
record Arrival(long records, long from, long to) {

    /** What Redis holds besides records: a sentinel for each slot tag, and the key of a probe. */
    private static final long BESIDES = 300;

    private static final Duration LOOK = Duration.ofMillis(10);
    private static final double NANOS = 1e9;

    /**
     * Waits until a server holds so many records, or the patience is over. What came until then counts.
     *
     * @throws IllegalStateException if none came
     */
    static Arrival await(RedisProcess redis, long records, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        long from = System.nanoTime();
        while (System.nanoTime() - end < 0) {
            long now = System.nanoTime();
            long keys = keys(redis);
            if (keys <= BESIDES) {
                from = now;
            } else if (keys >= records) {
                return new Arrival(records, from, System.nanoTime());
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        long came = keys(redis) - BESIDES;
        if (came <= 0) {
            throw new IllegalStateException("no record came into Redis within " + patience.toSeconds() + " s");
        }
        return new Arrival(came, from, System.nanoTime());
    }

    /** How many keys a server has. */
    static long keys(RedisProcess redis) throws IOException {
        String answer = redis.command("DBSIZE");
        return answer.startsWith(":") ? Long.parseLong(answer.substring(1)) : 0;
    }

    double perSecond() {
        return records / (Math.max(1, to - from) / NANOS);
    }
}
