package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Rounds;
import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.benchmarks.report.Statistics;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether what a recovery takes depends on what was changed, and not on what is stored. */
public final class ChangedMeasurement implements Measurement {

    private static final int CHANGED = 1_000;
    private static final List<Integer> STORED = List.of(10_000, 100_000, 1_000_000);
    private static final List<Integer> QUICK_STORED = List.of(5_000, 50_000);
    private static final int ROUNDS = 5;

    private static final String SIZES = "sizes";
    private static final String COUNT = "stored";
    private static final String SNAPSHOT = "oldSnapshot";
    private static final String HINTS = "hints";

    /** Nothing to be told. */
    public ChangedMeasurement() {}

    @Override
    public String name() {
        return "changed";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws IOException, InterruptedException {
        ObjectNode results = ResultFile.JSON.createObjectNode();
        ArrayNode sizes = results.putArray(SIZES);
        for (int stored : quick ? QUICK_STORED : STORED) {
            out.printf("changed: %,d of %,d%n", CHANGED, stored);
            out.flush();
            try (RedisProcess redis = RedisProcess.start();
                    PostgresProcess postgres = Both.postgres()) {
                Rows.fill(postgres, stored);
                Changed changed = new Changed(redis, postgres, stored, CHANGED);
                changed.oldSnapshot();
                changed.hints();
                ObjectNode size = sizes.addObject();
                size.put(COUNT, stored);
                ArrayNode snapshots = size.putArray(SNAPSHOT);
                ArrayNode hints = size.putArray(HINTS);
                for (int round = 0; round < ROUNDS; round++) {
                    snapshots.add(changed.oldSnapshot());
                    hints.add(changed.hints());
                }
            }
        }
        return results;
    }

    @Override
    public List<Row> rows(JsonNode results) {
        List<Row> rows = new ArrayList<>();
        rows.addAll(rows(results.path(SIZES), SNAPSHOT, "changed since the snapshot"));
        rows.addAll(rows(results.path(SIZES), HINTS, "changed while it was out of reach"));
        return rows;
    }

    private static List<Row> rows(JsonNode sizes, String way, String how) {
        List<Row> rows = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        for (JsonNode size : sizes) {
            Rounds rounds = new Rounds(size.path(way));
            medians.add(Statistics.median(rounds.all("millis")));
            rows.add(rounds.info(
                    String.format(
                            Locale.ROOT,
                            "%,d of %,d %s: in sync after",
                            CHANGED,
                            size.path(COUNT).asInt(),
                            how),
                    "millis",
                    0,
                    "ms"));
        }
        double times = Collections.max(medians) / Collections.min(medians);
        rows.add(
                0, Row.atMost(2, "as many " + how + ", of few or many: the slowest to the quickest", times, 2, "", ""));
        return rows;
    }
}
