package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Rounds;
import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How fast a process brings Redis what waits for it, and what waiting costs the heap. */
public final class CatchUpMeasurement implements Measurement {

    private static final int RECORDS = 1_000_000;
    private static final int QUICK_RECORDS = 200_000;
    private static final int ROUNDS = 3;

    private static final String COUNT = "records";
    private static final String PENDING = "pendingRecord";
    private static final String CATCH_UP = "catchUp";

    /** Nothing to be told. */
    public CatchUpMeasurement() {}

    @Override
    public String name() {
        return "catchup";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws IOException, InterruptedException {
        int records = quick ? QUICK_RECORDS : RECORDS;
        ObjectNode results = ResultFile.JSON.createObjectNode();
        results.put(COUNT, records);
        tell(out, "the heap of pending records");
        results.set(PENDING, PendingMemory.measure(records));
        try (RedisProcess redis = RedisProcess.start()) {
            tell(out, "a first time, to warm up");
            CatchUp.replicated(redis, records);
            ArrayNode rounds = results.putArray(CATCH_UP);
            for (int round = 1; round <= ROUNDS; round++) {
                tell(out, round + " of " + ROUNDS);
                rounds.add(CatchUp.round(redis, records));
            }
        }
        return results;
    }

    private static void tell(PrintWriter out, String what) {
        out.println("catchup: " + what);
        out.flush();
    }

    @Override
    public List<Row> rows(JsonNode results) {
        String what = String.format(
                Locale.ROOT,
                "catching up with %,d pending records",
                results.path(COUNT).asInt());
        Rounds rounds = new Rounds(results.path(CATCH_UP));
        JsonNode pending = results.path(PENDING);
        double each = pending.path("bytesEach").asDouble();
        double objects = pending.path("keyAndValueObjectBytes").asDouble();
        double bytes = pending.path("keyAndValueBytes").asDouble();
        return List.of(
                rounds.ratioAtLeast(0.5, what + ", to `redis-benchmark`", "recordsASecond", "redisBenchmark"),
                rounds.info(what, "recordsASecond", 0, "records/s"),
                rounds.info("`redis-benchmark` with the same script, pipelined", "redisBenchmark", 0, "calls/s"),
                Row.atMost(
                        200,
                        "heap of one pending record, beyond its key and its value",
                        each - objects,
                        0,
                        "bytes",
                        String.format(
                                Locale.ROOT,
                                "all of it %.0f; the two texts %.0f, of which %.0f are their characters",
                                each,
                                objects,
                                bytes)));
    }
}
