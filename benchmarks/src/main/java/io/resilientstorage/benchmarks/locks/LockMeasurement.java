package io.resilientstorage.benchmarks.locks;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.load.Slices;
import io.resilientstorage.benchmarks.load.Subject;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What it costs to acquire and release a lock that nobody else wants, against Redisson and ShedLock. */
public final class LockMeasurement implements Measurement {

    static final String ROUND_TRIPS = "roundTrips";
    static final String COMPARISONS = "comparisons";
    static final String REDIS = "redis";
    static final String POSTGRES = "postgres";
    static final String POSTGRES_FSYNC = "postgresFsync";
    static final String SINGLE = "single";
    static final String UNPREPARED = "singleUnprepared";
    static final String FAILOVER = "failover";
    static final String REDISSON = "redisson";
    static final String SHEDLOCK = "shedlock";

    /** As many connections to PostgreSQL as the layer has by default. */
    private static final int POOL = 10;

    /**
     * How much is measured.
     *
     * @param threads from how many threads
     * @param warmUp how many rounds are thrown away before each comparison, and before the first of them from as many
     *     threads as there are in any
     * @param rounds how many are kept
     * @param slice how long one turn is
     */
    record Extent(List<Integer> threads, int warmUp, int rounds, Duration slice) {
        static final Extent FULL = new Extent(List.of(1, 16), 8, 48, Duration.ofMillis(200));
        static final Extent QUICK = new Extent(List.of(1, 16), 4, 12, Duration.ofMillis(200));
    }

    /** Nothing to be told. */
    public LockMeasurement() {}

    @Override
    public String name() {
        return "locks";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws InterruptedException {
        return run(quick ? Extent.QUICK : Extent.FULL, out);
    }

    static ObjectNode run(Extent extent, PrintWriter out) throws InterruptedException {
        ObjectNode results = ResultFile.JSON.createObjectNode();
        results.put("sliceMillis", extent.slice().toMillis());
        ObjectNode roundTrips = results.putObject(ROUND_TRIPS);
        ArrayNode comparisons = results.putArray(COMPARISONS);
        // Two of Redis, for processes whose policies differ are refused; the peer of one of them does nothing else.
        try (RedisProcess redis = RedisProcess.start();
                RedisProcess authority = RedisProcess.start();
                PostgresProcess peer = postgres("off");
                LayerLocks single = LayerLocks.onRedis(redis.url());
                LayerLocks failover = LayerLocks.onBoth(authority.url(), peer.url());
                RedissonLocks redisson = new RedissonLocks(redis.port())) {
            Map<String, Subject> subjects = new LinkedHashMap<>();
            subjects.put(REDISSON, redisson.cycle());
            subjects.put(SINGLE, single.cycle());
            subjects.put(FAILOVER, failover.cycle());
            compare(REDIS, subjects, extent, comparisons, out);
        }
        postgres(POSTGRES, "off", extent, comparisons, out);
        postgres(POSTGRES_FSYNC, "on", extent, comparisons, out);
        roundTrips(roundTrips, out);
        return results;
    }

    private static PostgresProcess postgres(String fsync) {
        return PostgresProcess.builder()
                .set("shared_buffers", "128MB")
                .set("fsync", fsync)
                .start();
    }

    private static void postgres(String on, String fsync, Extent extent, ArrayNode comparisons, PrintWriter out)
            throws InterruptedException {
        try (PostgresProcess postgres = postgres(fsync);
                LayerLocks single = LayerLocks.onPostgres(postgres.url(), POOL);
                LayerLocks unprepared = LayerLocks.onPostgres(postgres.url() + "?prepareThreshold=0", POOL);
                ShedLocks shedlock = new ShedLocks(postgres.jdbcUrl(), POOL)) {
            Map<String, Subject> subjects = new LinkedHashMap<>();
            subjects.put(SHEDLOCK, shedlock.cycle());
            subjects.put(SINGLE, single.cycle());
            subjects.put(UNPREPARED, unprepared.cycle());
            compare(on, subjects, extent, comparisons, out);
        }
    }

    private static void compare(
            String on, Map<String, Subject> subjects, Extent extent, ArrayNode comparisons, PrintWriter out)
            throws InterruptedException {
        List<Subject> inOrder = List.copyOf(subjects.values());
        // Else one thread, which comes first, would measure what has not been compiled yet.
        try (Slices slices = new Slices(Collections.max(extent.threads()), LockNames.COUNT, extent.slice())) {
            slices.take(inOrder, extent.warmUp());
        }
        for (int threads : extent.threads()) {
            out.printf("locks: on %s, %d threads%n", on, threads);
            out.flush();
            ObjectNode comparison = comparisons.addObject();
            comparison.put("on", on);
            comparison.put("threads", threads);
            ArrayNode rounds = comparison.putArray("rounds");
            try (Slices slices = new Slices(threads, LockNames.COUNT, extent.slice())) {
                slices.take(inOrder, extent.warmUp());
                List<List<Double>> taken = slices.take(inOrder, extent.rounds());
                for (int round = 0; round < extent.rounds(); round++) {
                    ObjectNode figures = rounds.addObject();
                    int place = 0;
                    for (String subject : subjects.keySet()) {
                        figures.put(subject, Math.round(taken.get(place++).get(round)));
                    }
                }
            }
        }
    }

    private static void roundTrips(ObjectNode seen, PrintWriter out) {
        out.println("locks: round trips");
        out.flush();
        try (RedisProcess redis = RedisProcess.start();
                RedisProcess authority = RedisProcess.start();
                PostgresProcess postgres = postgres("off");
                PostgresProcess peer = postgres("off")) {
            ObjectNode onRedis = seen.putObject(REDIS);
            onRedis.put(REDISSON, RoundTrips.ofOne(redis.port(), RedissonLocks::new));
            onRedis.put(
                    SINGLE, RoundTrips.ofOne(redis.port(), port -> LayerLocks.onRedis("redis://127.0.0.1:" + port)));
            onRedis.put(
                    FAILOVER,
                    RoundTrips.ofOne(
                            authority.port(), port -> LayerLocks.onBoth("redis://127.0.0.1:" + port, peer.url())));
            ObjectNode onPostgres = seen.putObject(POSTGRES);
            onPostgres.put(
                    SHEDLOCK,
                    RoundTrips.ofOne(
                            postgres.port(),
                            port -> new ShedLocks(at(postgres.jdbcUrl(), postgres.port(), port), POOL)));
            onPostgres.put(
                    SINGLE,
                    RoundTrips.ofOne(
                            postgres.port(),
                            port -> LayerLocks.onPostgres(at(postgres.url(), postgres.port(), port), POOL)));
        } catch (Exception e) {
            throw new IllegalStateException("the round trips could not be counted", e);
        }
    }

    private static String at(String url, int server, int proxy) {
        return url.replace(":" + server + "/", ":" + proxy + "/");
    }

    @Override
    public List<Row> rows(JsonNode results) {
        return LockFigures.rows(results);
    }
}
