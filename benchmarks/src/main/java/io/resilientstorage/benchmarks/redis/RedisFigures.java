package io.resilientstorage.benchmarks.redis;

import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.benchmarks.report.Statistics;
import io.resilientstorage.benchmarks.report.Statistics.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What follows from the slices: ratios of slices of one round, and the median of those. */
final class RedisFigures {

    private static final double LEAST_GET = 0.95;
    private static final double LEAST_SET = 0.85;
    private static final double LOW = 0.25;
    private static final double HIGH = 0.75;

    private static final Map<String, String> WHO = Map.of(
            RedisMeasurement.LAYER, "the layer",
            RedisMeasurement.SPI, "the backend by its SPI",
            RedisMeasurement.SCRIPT, "plain Lettuce running `apply.lua`");

    private RedisFigures() {}

    static List<Row> rows(JsonNode comparisons) {
        List<Row> bounded = new ArrayList<>();
        List<Row> besides = new ArrayList<>();
        for (JsonNode comparison : comparisons) {
            String operation = comparison.path("operation").asString();
            int threads = comparison.path("threads").asInt();
            String of = String.format(
                    Locale.ROOT,
                    "%s, %,d bytes, %d %s",
                    operation,
                    comparison.path("valueLength").asInt(),
                    threads,
                    threads == 1 ? "thread" : "threads");
            JsonNode taken = comparison.path("callsASecond");
            double bound = operation.equals("get") ? LEAST_GET : LEAST_SET;
            bounded.add(ratio(of, RedisMeasurement.LAYER, taken, bound));
            besides.add(Row.info(
                    of + ": plain Lettuce",
                    Statistics.median(figures(taken, RedisMeasurement.PLAIN)),
                    0,
                    "calls/s",
                    quartiles(figures(taken, RedisMeasurement.PLAIN), 0)));
            for (String other : List.of(RedisMeasurement.SPI, RedisMeasurement.SCRIPT)) {
                if (taken.has(other)) {
                    besides.add(ratio(of, other, taken, 0));
                }
            }
        }
        bounded.addAll(besides);
        return bounded;
    }

    private static Row ratio(String of, String subject, JsonNode taken, double bound) {
        List<Double> ours = figures(taken, subject);
        List<Double> theirs = figures(taken, RedisMeasurement.PLAIN);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            pairs.add(new Pair(ours.get(i), theirs.get(i)));
        }
        String what = of + ": " + WHO.get(subject) + " to plain Lettuce";
        String spread = quartiles(pairs.stream().map(Pair::ratio).toList(), 2);
        double median = Statistics.medianRatio(pairs);
        return bound > 0 ? Row.atLeast(bound, what, median, 3, "", spread) : Row.info(what, median, 3, "", spread);
    }

    private static List<Double> figures(JsonNode taken, String subject) {
        List<Double> figures = new ArrayList<>();
        taken.path(subject).forEach(figure -> figures.add(figure.asDouble()));
        return figures;
    }

    private static String quartiles(List<Double> values, int digits) {
        String number = "%." + digits + "f";
        return String.format(
                Locale.ROOT,
                "half of it " + number + " to " + number,
                Statistics.percentile(values, LOW),
                Statistics.percentile(values, HIGH));
    }
}
