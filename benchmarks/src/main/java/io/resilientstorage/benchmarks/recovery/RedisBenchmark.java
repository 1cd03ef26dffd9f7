package io.resilientstorage.benchmarks.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.redis.RedisBackendFactory;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code redis-benchmark} reaches with the script by which the Redis backend stores a record, told things of the
 * same sizes, each time under another key. The program comes with Redis and must be on the PATH.
 */
final class RedisBenchmark {

    private static final Pattern RATE = Pattern.compile("([0-9.]+) requests per second");

    /** A pipeline, and the connections that have one each. */
    record Shape(int connections, int pipeline) {}

    /** As the replicator sends, and as the program's own documentation has it. The better of both is what counts. */
    private static final List<Shape> SHAPES = List.of(new Shape(1, 500), new Shape(50, 16));

    private static final double STORED = 0.9;
    private static final Duration LIFE = Duration.ofDays(1);

    private RedisBenchmark() {}

    /** Calls a second, in the better of the shapes. The server is emptied before each. */
    static double callsASecond(RedisProcess redis, int records) throws IOException, InterruptedException {
        double best = 0;
        for (Shape shape : SHAPES) {
            redis.kill();
            redis.restartEmpty();
            best = Math.max(best, callsASecond(redis.port(), shape, load(redis), records));
            // Keys are chosen by chance, so some are chosen twice.
            if (Arrival.keys(redis) < records * STORED) {
                throw new IllegalStateException("the script has not stored what redis-benchmark told it");
            }
        }
        redis.kill();
        return best;
    }

    private static String load(RedisProcess redis) throws IOException {
        try (InputStream script = RedisBackendFactory.class.getResourceAsStream("apply.lua")) {
            if (script == null) {
                throw new IllegalStateException("apply.lua is not in the jar of the Redis backend");
            }
            return redis.text("SCRIPT", "LOAD", quoted(new String(script.readAllBytes(), UTF_8)));
        }
    }

    private static String quoted(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }

    private static double callsASecond(int port, Shape shape, String digest, int records)
            throws IOException, InterruptedException {
        long now = System.currentTimeMillis();
        // The program cannot send a byte 0, with which a record begins; the script looks at what stands, not at that.
        String record = "0rs1V" + String.format(Locale.ROOT, "%015d%024d%019d", now, 1, Long.MAX_VALUE)
                + "x".repeat(Rows.VALUE_BYTES);
        Process process = new ProcessBuilder(
                        "redis-benchmark",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-n",
                        Integer.toString(records),
                        "-c",
                        Integer.toString(shape.connections()),
                        "-P",
                        Integer.toString(shape.pipeline()),
                        "-r",
                        "1000000000",
                        "-q",
                        "EVALSHA",
                        digest,
                        "1",
                        "rs:default:1:{00}:u__rand_int__",
                        LIFE.toMillis() + " 0",
                        Long.toString(now + LIFE.toMillis()),
                        record,
                        "-",
                        "R-")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("redis-benchmark failed: " + output);
        }
        return rate(output);
    }

    /** The rate that the program tells at its end. */
    static double rate(String output) throws IOException {
        Matcher matcher = RATE.matcher(output);
        if (!matcher.find()) {
            throw new IOException("redis-benchmark told no rate: " + output);
        }
        return Double.parseDouble(matcher.group(1));
    }
}
