package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Rounds;
import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How fast an empty Redis is filled from PostgreSQL, and what that costs those who call meanwhile. */
public final class WarmUpMeasurement implements Measurement {

    /**
     * How much is measured.
     *
     * @param rows how many rows PostgreSQL has
     * @param rounds how many rounds are kept
     * @param calm how long calls are timed before Redis comes back
     * @param most how long they are timed at most while it is filled
     */
    private record Extent(int rows, int rounds, Duration calm, Duration most) {

        static final Extent FULL = new Extent(1_000_000, 3, Duration.ofSeconds(5), Duration.ofSeconds(15));
        static final Extent QUICK = new Extent(100_000, 2, Duration.ofSeconds(3), Duration.ofSeconds(8));
    }

    private static final String COUNT = "rows";
    private static final String ALONE = "alone";
    private static final String LOADED = "underLoad";

    /** Nothing to be told. */
    public WarmUpMeasurement() {}

    @Override
    public String name() {
        return "warmup";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws IOException, InterruptedException {
        Extent extent = quick ? Extent.QUICK : Extent.FULL;
        ObjectNode results = ResultFile.JSON.createObjectNode();
        results.put(COUNT, extent.rows());
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = Both.postgres()) {
            tell(out, "filling PostgreSQL");
            Rows.fill(postgres, extent.rows());
            tell(out, "a first time, to warm up");
            try (Both both = new Both(redis, postgres)) {
                WarmUp warmUp = new WarmUp(redis, both, extent.rows());
                ArrayNode alone = results.putArray(ALONE);
                ArrayNode loaded = results.putArray(LOADED);
                for (int round = 1; round <= extent.rounds(); round++) {
                    tell(out, round + " of " + extent.rounds());
                    alone.add(warmUp.alone());
                    loaded.add(warmUp.underLoad(extent.calm(), extent.most()));
                }
            }
        }
        return results;
    }

    private static void tell(PrintWriter out, String what) {
        out.println("warmup: " + what);
        out.flush();
    }

    @Override
    public List<Row> rows(JsonNode results) {
        String what = String.format(
                Locale.ROOT, "warming up from %,d rows", results.path(COUNT).asInt());
        Rounds alone = new Rounds(results.path(ALONE));
        Rounds loaded = new Rounds(results.path(LOADED));
        return List.of(
                alone.atLeast(50_000, what, "rowsASecond", 0, "rows/s"),
                loaded.atLeast(5_000, what + ", under load", "rowsASecond", 0, "rows/s"),
                loaded.ratioAtMost(
                        2, "p99 of the load while warming up, to that without", "with.p99Millis", "without.p99Millis"),
                Row.atMost(0, "failed calls of the load", loaded.sum("failed"), 0, "", ""),
                loaded.info("p99 of the load while warming up", "with.p99Millis", 2, "ms"),
                loaded.info("p99 of the load without, by PostgreSQL too", "without.p99Millis", 2, "ms"),
                loaded.info("p99 of the load without, by Redis", "byRedis.p99Millis", 2, "ms"));
    }
}
