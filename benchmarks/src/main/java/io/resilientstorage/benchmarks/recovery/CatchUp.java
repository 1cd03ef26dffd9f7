package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Redis is away while this process's memory takes the writes, and comes back empty: the records that wait for it, all
 * of them in this process, are brought to it. Then the server has to do the same work for {@code redis-benchmark}.
 */
final class CatchUp {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long BYTES = 1L << 40;

    private CatchUp() {}

    /** One round. */
    static ObjectNode round(RedisProcess redis, int records) throws IOException, InterruptedException {
        ObjectNode seen = ResultFile.JSON.createObjectNode();
        seen.put("recordsASecond", Math.round(replicated(redis, records).perSecond()));
        seen.put("redisBenchmark", Math.round(RedisBenchmark.callsASecond(redis, records)));
        return seen;
    }

    /** How records came that had waited. The server is ended afterwards. */
    static Arrival replicated(RedisProcess redis, int records) throws IOException, InterruptedException {
        redis.kill();
        try (ResilientStorage storage = ResilientStorage.builder()
                .backend(redis.url())
                .set(Settings.START_TIMEOUT, Duration.ofMillis(500))
                // Half of that may have hints. Who writes reserves room before it is known what stands, so that close
                // to the
                // bound one may be refused for the sake of another that writes at the same time.
                .set(Settings.MEMORY_MAX_ENTRIES, 3L * records)
                .set(Settings.MEMORY_MAX_BYTES, BYTES)
                .set(Settings.MAX_PENDING_RECORDS, (long) records)
                .set(Settings.MAX_PENDING_BYTES, BYTES)
                .build()) {
            IntStream.range(0, records).parallel().forEach(i -> storage.set(Rows.key(i), Rows.value(i, "")));
            long waiting = Objects.requireNonNull(
                            storage.healthStatus().backends().get("redis"))
                    .pending();
            if (waiting != records) {
                throw new IllegalStateException(waiting + " records wait for Redis, and not " + records);
            }
            redis.restartEmpty();
            return Arrival.await(redis, records, PATIENCE);
        } finally {
            redis.kill();
        }
    }
}
