package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.api.ReadResult;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Few of many records were changed while Redis had no part in it: how long it takes from the moment when it is found
 * HEALTHY until it is in sync. That it is found so is another matter, of probes.
 */
final class Changed {

    private static final Duration CLEARING = Duration.ofSeconds(2);
    /** So long what a process has claimed, whose Redis hung before it was delivered, is left to it. */
    private static final Duration CLAIM = Duration.ofSeconds(3);

    private static final double NANOS_PER_MILLI = 1e6;

    private final RedisProcess redis;
    private final PostgresProcess postgres;
    private final int stored;
    private final int changed;
    private int round;

    /** With all that is stored in PostgreSQL. */
    Changed(RedisProcess redis, PostgresProcess postgres, int stored, int changed) {
        this.redis = redis;
        this.postgres = postgres;
        this.stored = stored;
        this.changed = changed;
    }

    /** Redis comes back with a snapshot from before the changes. */
    ObjectNode oldSnapshot() throws IOException, InterruptedException {
        try (Both both = new Both(redis, postgres)) {
            String saved = redis.command("SAVE");
            if (!saved.equals("+OK")) {
                throw new IOException("Redis did not save: " + saved);
            }
            String text = change(both);
            both.awaitMirrored();
            // Then Redis' hints for them go, and none is left to be told of another life.
            TimeUnit.NANOSECONDS.sleep(CLEARING.toNanos());
            redis.kill();
            both.awaitAway();
            long back = System.nanoTime();
            redis.restart();
            return recovered(both, text, back);
        }
    }

    /**
     * Redis is out of reach while PostgreSQL takes the changes; whoever made them has gone before it comes back, and
     * what they had claimed is free again.
     */
    ObjectNode hints() throws InterruptedException {
        try (Both carrier = new Both(redis, postgres)) {
            String text;
            try (Both writer = new Both(redis, postgres)) {
                redis.pause();
                text = change(writer);
            } catch (RuntimeException | Error e) {
                redis.resume();
                throw e;
            }
            carrier.awaitAway();
            TimeUnit.NANOSECONDS.sleep(CLAIM.toNanos());
            long back = System.nanoTime();
            redis.resume();
            return recovered(carrier, text, back);
        }
    }

    private String change(Both both) {
        round++;
        String text = "round " + round;
        IntStream.range(0, changed).parallel().forEach(i -> {
            both.storage().set(Rows.key(number(i)), Rows.value(number(i), text));
        });
        return text;
    }

    private ObjectNode recovered(Both both, String text, long back) {
        both.awaitInSync();
        long inSync = System.nanoTime();
        ObjectNode seen = ResultFile.JSON.createObjectNode();
        seen.put("millis", (inSync - both.healthyAfter(back)) / NANOS_PER_MILLI);
        both.failBack();
        for (int i = 0; i < changed; i++) {
            ReadResult<String> read = both.storage().read(Rows.key(number(i)));
            if (!read.backend().equals("redis") || !read.value().equals(Optional.of(Rows.value(number(i), text)))) {
                throw new IllegalStateException("Redis is in sync, and " + read + " is not what was changed");
            }
        }
        return seen;
    }

    /** The changed ones lie apart. */
    private int number(int change) {
        return (int) ((long) change * stored / changed);
    }
}
