package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.benchmarks.load.Calls;
import io.resilientstorage.benchmarks.load.ClosedLoad;
import io.resilientstorage.benchmarks.load.Latencies;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** Redis comes back empty, and is filled from PostgreSQL. */
final class WarmUp {

    private static final int THREADS = 16;
    private static final Duration PACE = Duration.ofMillis(8);
    private static final int KEYS = 500;
    private static final Duration SETTLING = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RedisProcess redis;
    private final Both both;
    private final int rows;

    /** With all rows in PostgreSQL, and Redis in sync. */
    WarmUp(RedisProcess redis, Both both, int rows) {
        this.redis = redis;
        this.both = both;
        this.rows = rows;
    }

    /** Nobody calls meanwhile. */
    ObjectNode alone() throws IOException, InterruptedException {
        redis.kill();
        both.awaitAway();
        redis.restartEmpty();
        Arrival arrival = Arrival.await(redis, rows, PATIENCE);
        both.awaitInSync();
        ObjectNode seen = ResultFile.JSON.createObjectNode();
        seen.put("rowsASecond", Math.round(arrival.perSecond()));
        return seen;
    }

    /**
     * Some threads set and read meanwhile. They are served by PostgreSQL, before and while Redis is filled: it does not
     * become active before it has everything.
     *
     * @param before how long the calls are timed before Redis comes back
     * @param most how long they are timed at most while it is filled
     */
    ObjectNode underLoad(Duration before, Duration most) throws IOException, InterruptedException {
        both.failBack();
        ObjectNode seen = ResultFile.JSON.createObjectNode();
        try (ClosedLoad load = ClosedLoad.start(ClosedLoad.setAndRead(both.storage(), "load:", KEYS), THREADS, PACE)) {
            sleep(SETTLING);
            long served = System.nanoTime();
            sleep(before);
            long servedUntil = System.nanoTime();
            redis.kill();
            both.awaitAway();
            sleep(SETTLING);
            long from = System.nanoTime();
            sleep(before);
            long to = System.nanoTime();
            redis.restartEmpty();
            Arrival arrival = Arrival.await(redis, rows, most);
            Calls calls = load.stop();
            seen.put("rowsASecond", Math.round(arrival.perSecond()));
            seen.put("failed", calls.failed());
            describe(seen, "byRedis", calls.begunIn(served, servedUntil));
            describe(seen, "without", calls.begunIn(from, to));
            describe(seen, "with", calls.begunIn(arrival.from(), arrival.to()));
        }
        both.awaitInSync();
        return seen;
    }

    private static void describe(ObjectNode seen, String span, Latencies latencies) {
        ObjectNode told = seen.putObject(span);
        told.put("calls", latencies.count());
        told.put("p50Millis", latencies.millis(0.5));
        told.put("p99Millis", latencies.millis(0.99));
        told.put("longestMillis", latencies.longestMillis());
    }

    private static void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }
}
