package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.benchmarks.report.Statistics;
import io.resilientstorage.benchmarks.report.Statistics.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What follows from the rounds: medians, and ratios of what was measured in one round. */
final class RecoveryFigures {

    private final JsonNode results;

    RecoveryFigures(JsonNode results) {
        this.results = results;
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        String records = String.format(Locale.ROOT, "%,d", results.path("records").asInt());
        catchUp(rows, records);
        warmUp(rows, records);
        changed(rows);
        JsonNode pending = results.path(RecoveryMeasurement.PENDING);
        double each = pending.path("bytesEach").asDouble();
        double own = pending.path("keyAndValueBytes").asDouble();
        rows.add(Row.atMost(
                200,
                "heap of one pending record, beyond the bytes of its key and its value",
                each - own,
                0,
                "bytes",
                String.format(Locale.ROOT, "all of it %.0f, key and value %.0f", each, own)));
        return rows;
    }

    private void catchUp(List<Row> rows, String records) {
        JsonNode rounds = results.path(RecoveryMeasurement.CATCH_UP);
        List<Double> ours = all(rounds, "recordsASecond");
        List<Double> theirs = all(rounds, "redisBenchmark");
        String what = "catching up with " + records + " pending records";
        rows.add(ratio(0.5, true, what + ", to `redis-benchmark`", ours, theirs));
        rows.add(info(what, ours, 0, "records/s"));
        rows.add(info("`redis-benchmark` with the same script, pipelined", theirs, 0, "records/s"));
    }

    private void warmUp(List<Row> rows, String records) {
        String what = "warming up from " + records + " rows";
        List<Double> alone = all(results.path(RecoveryMeasurement.WARM_UP), "rowsASecond");
        rows.add(Row.atLeast(50_000, what, Statistics.median(alone), 0, "rows/s", range(alone, 0)));
        JsonNode loaded = results.path(RecoveryMeasurement.LOADED);
        List<Double> rate = all(loaded, "rowsASecond");
        rows.add(Row.atLeast(5_000, what + ", under load", Statistics.median(rate), 0, "rows/s", range(rate, 0)));
        List<Double> with = all(loaded, "with", "p99Millis");
        List<Double> without = all(loaded, "without", "p99Millis");
        rows.add(ratio(2, false, "p99 of the load while warming up, to that without", with, without));
        rows.add(info("p99 of the load while warming up", with, 2, "ms"));
        rows.add(info("p99 of the load without, by PostgreSQL too", without, 2, "ms"));
        rows.add(info("p99 of the load without, by Redis", all(loaded, "byRedis", "p99Millis"), 2, "ms"));
        double failed = all(loaded, "failed").stream().mapToDouble(Double::doubleValue).sum();
        rows.add(Row.atMost(0, "failed calls of the load", failed, 0, "", ""));
    }

    private void changed(List<Row> rows) {
        for (String way : List.of(RecoveryMeasurement.SNAPSHOT, RecoveryMeasurement.HINTS)) {
            String name = way.equals(RecoveryMeasurement.HINTS)
                    ? "1,000 changed while out of reach, of "
                    : "1,000 changed since the snapshot, of ";
            List<Double> medians = new ArrayList<>();
            List<Row> each = new ArrayList<>();
            for (JsonNode of : results.path(RecoveryMeasurement.CHANGED)) {
                List<Double> millis = all(of.path(way), "millis");
                medians.add(Statistics.median(millis));
                each.add(info(
                        String.format(Locale.ROOT, "%s%,d: in sync after", name, of.path("stored").asInt()),
                        millis,
                        0,
                        "ms"));
            }
            double times = Collections.max(medians) / Collections.min(medians);
            rows.add(Row.atMost(2, name + "few or many: the slowest to the quickest", times, 2, "", ""));
            rows.addAll(each);
        }
    }

    private static Row ratio(double bound, boolean least, String what, List<Double> one, List<Double> other) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < one.size(); i++) {
            pairs.add(new Pair(one.get(i), other.get(i)));
        }
        String range = range(pairs.stream().map(Pair::ratio).toList(), 2);
        double median = Statistics.medianRatio(pairs);
        return least ? Row.atLeast(bound, what, median, 2, "", range) : Row.atMost(bound, what, median, 2, "", range);
    }

    private static Row info(String what, List<Double> values, int digits, String unit) {
        return Row.info(what, Statistics.median(values), digits, unit, range(values, digits));
    }

    private static String range(List<Double> values, int digits) {
        String number = "%." + digits + "f";
        return String.format(
                Locale.ROOT, number + " to " + number, Collections.min(values), Collections.max(values));
    }

    /**
     * A figure of all rounds.
     *
     * @throws IllegalStateException if a round has not seen it
     */
    private static List<Double> all(JsonNode rounds, String... path) {
        List<Double> values = new ArrayList<>();
        for (JsonNode round : rounds) {
            JsonNode value = round;
            for (String step : path) {
                value = value.path(step);
            }
            if (!value.isNumber()) {
                throw new IllegalStateException("a round has not seen " + String.join(".", path));
            }
            values.add(value.asDouble());
        }
        return values;
    }
}
