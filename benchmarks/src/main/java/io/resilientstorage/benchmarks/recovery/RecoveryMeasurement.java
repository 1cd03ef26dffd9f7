package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The way back: how fast a Redis that comes back gets what it lacks, and what it costs those who call meanwhile. */
public final class RecoveryMeasurement implements Measurement {

    static final String PENDING = "pendingRecord";
    static final String CATCH_UP = "catchUp";
    static final String WARM_UP = "warmUp";
    static final String LOADED = "warmUpUnderLoad";
    static final String CHANGED = "changed";
    static final String SNAPSHOT = "oldSnapshot";
    static final String HINTS = "hints";

    /**
     * How much is measured.
     *
     * @param records how many are caught up, warmed up and made to wait
     * @param rounds how many rounds are kept of each
     * @param stored of how many records few are changed
     * @param changed how many are changed
     * @param calm how long calls are timed before Redis comes back
     * @param load how long they are timed at most while it is filled
     */
    record Extent(int records, int rounds, List<Integer> stored, int changed, Duration calm, Duration load) {

        static final Extent FULL = new Extent(
                1_000_000, 3, List.of(10_000, 100_000, 1_000_000), 1_000, Duration.ofSeconds(5), Duration.ofSeconds(20));
        static final Extent QUICK = new Extent(
                100_000, 2, List.of(10_000, 100_000), 1_000, Duration.ofSeconds(3), Duration.ofSeconds(10));
    }

    /** One run of something. */
    private interface Run {
        ObjectNode run() throws IOException, InterruptedException;
    }

    /** Nothing to be told. */
    public RecoveryMeasurement() {}

    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws IOException, InterruptedException {
        return run(quick ? Extent.QUICK : Extent.FULL, out);
    }

    static ObjectNode run(Extent extent, PrintWriter out) throws IOException, InterruptedException {
        ObjectNode results = ResultFile.JSON.createObjectNode();
        results.put("records", extent.records());
        tell(out, "the memory of a pending record");
        results.set(PENDING, PendingMemory.measure(extent.records()));
        try (RedisProcess redis = RedisProcess.start()) {
            tell(out, "catching up");
            CatchUp.replicated(redis, extent.records());
            keep(results.putArray(CATCH_UP), extent.rounds(), () -> CatchUp.round(redis, extent.records()));
        }
        // The defaults of PostgreSQL, but for its memory: the testkit's is meant for small tests.
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres =
                        PostgresProcess.builder().set("shared_buffers", "128MB").start()) {
            tell(out, "filling PostgreSQL");
            WarmUp warmUp = new WarmUp(redis, postgres, extent.records());
            tell(out, "warming up");
            warmUp.alone();
            keep(results.putArray(WARM_UP), extent.rounds(), warmUp::alone);
            tell(out, "warming up under load");
            keep(results.putArray(LOADED), extent.rounds(), () -> warmUp.underLoad(extent.calm(), extent.load()));
        }
        ArrayNode changes = results.putArray(CHANGED);
        for (int stored : extent.stored()) {
            tell(out, extent.changed() + " changed of " + stored);
            try (RedisProcess redis = RedisProcess.start();
                    PostgresProcess postgres =
                            PostgresProcess.builder().set("shared_buffers", "128MB").start()) {
                Changed changed = new Changed(redis, postgres, stored, extent.changed());
                ObjectNode of = changes.addObject();
                of.put("stored", stored);
                keep(of.putArray(SNAPSHOT), extent.rounds(), changed::oldSnapshot);
                keep(of.putArray(HINTS), extent.rounds(), changed::hints);
            }
        }
        return results;
    }

    private static void tell(PrintWriter out, String what) {
        out.println("recovery: " + what);
        out.flush();
    }

    private static void keep(ArrayNode rounds, int count, Run run) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            rounds.add(run.run());
        }
    }

    @Override
    public List<Row> rows(JsonNode results) {
        return new RecoveryFigures(results).rows();
    }
}
