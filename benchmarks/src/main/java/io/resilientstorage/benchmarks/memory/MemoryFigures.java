package io.resilientstorage.benchmarks.memory;

import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.benchmarks.report.Statistics;
import io.resilientstorage.benchmarks.report.Statistics.Pair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What follows from the results of {@link MemoryGet}: each figure is the median over the rounds. */
final class MemoryFigures {

    private static final String LAYER = "layer";
    private static final String CAFFEINE = "caffeine";
    private static final String DECODING = "caffeineDecoding";

    /** One benchmark in one round: operations in a microsecond, and bytes allocated by one. */
    private record Score(double operations, double bytes) {}

    private record Place(String benchmark, int keys, int threads) {}

    private final Map<Place, Map<Integer, Score>> scores;
    private final Collection<Integer> keyCounts = new TreeSet<>();

    /** Reads what JMH wrote, with the rounds that {@link MemoryRuns} put to it. */
    MemoryFigures(JsonNode entries) {
        scores = new HashMap<>();
        for (JsonNode entry : entries) {
            String name = entry.path("benchmark").asString();
            int keys = Integer.parseInt(entry.path("params").path("count").asString());
            keyCounts.add(keys);
            scores.computeIfAbsent(
                            new Place(
                                    name.substring(name.lastIndexOf('.') + 1),
                                    keys,
                                    entry.path("threads").asInt()),
                            place -> new TreeMap<>())
                    .put(
                            entry.path("round").asInt(),
                            new Score(
                                    entry.path("primaryMetric").path("score").asDouble(),
                                    entry.path("secondaryMetrics")
                                            .path("gc.alloc.rate.norm")
                                            .path("score")
                                            .asDouble()));
        }
    }

    /** The figures that have bounds, and what is told beside. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int keys : keyCounts) {
            String of = String.format(Locale.ROOT, ", %,d keys", keys);
            rows.add(added("added to plain Caffeine, 1 thread" + of, LAYER, CAFFEINE, keys, true));
            rows.add(added("added to Caffeine that decodes bytes, 1 thread" + of, LAYER, DECODING, keys, false));
            rows.add(scaling(of, keys));
            rows.add(against("throughput to that of Resilience4j, 2 threads" + of, "resilience4j", keys, 5));
            rows.add(against("throughput to that of Failsafe, 2 threads" + of, "failsafe", keys, 0));
            for (String benchmark : List.of(CAFFEINE, DECODING, "spi", LAYER, "resilience4j", "failsafe")) {
                for (int threads : List.of(1, 2)) {
                    rows.add(throughput(benchmark, keys, threads, of));
                }
            }
            rows.add(allocated(of, keys));
        }
        return rows;
    }

    private Row added(String what, String ours, String theirs, int keys, boolean bounded) {
        Map<Integer, Score> with = of(ours, keys, 1);
        Map<Integer, Score> without = of(theirs, keys, 1);
        List<Double> added = with.keySet().stream()
                .map(round -> nanos(with, round) - nanos(without, round))
                .toList();
        double median = Statistics.median(added);
        return bounded
                ? Row.atMost(60, what, median, 1, "ns", spread(added, 1))
                : Row.info(what, median, 1, "ns", spread(added, 1));
    }

    private Row scaling(String of, int keys) {
        List<Double> ratios = new ArrayList<>();
        for (int round : of(LAYER, keys, 1).keySet()) {
            ratios.add(scaling(LAYER, keys, round) / scaling(CAFFEINE, keys, round));
        }
        String what = "scaling from 1 to 2 threads to that of plain Caffeine" + of;
        return Row.atLeast(0.9, what, Statistics.median(ratios), 2, "", spread(ratios, 2));
    }

    private double scaling(String benchmark, int keys, int round) {
        return score(of(benchmark, keys, 2), round).operations()
                / score(of(benchmark, keys, 1), round).operations();
    }

    private Row against(String what, String theirs, int keys, double bound) {
        Map<Integer, Score> ours = of(LAYER, keys, 2);
        List<Pair> pairs = ours.keySet().stream()
                .map(round -> new Pair(
                        score(ours, round).operations(),
                        score(of(theirs, keys, 2), round).operations()))
                .toList();
        double median = Statistics.medianRatio(pairs);
        String spread = spread(
                pairs.stream()
                        .map(pair -> pair.numerator() / pair.denominator())
                        .toList(),
                1);
        return bound > 0
                ? Row.atLeast(bound, what, median, 1, "times", spread)
                : Row.info(what, median, 1, "times", spread);
    }

    private Row throughput(String benchmark, int keys, int threads, String of) {
        List<Double> operations = of(benchmark, keys, threads).values().stream()
                .map(Score::operations)
                .toList();
        return Row.info(
                "`" + benchmark + "`, " + threads + (threads == 1 ? " thread" : " threads") + of,
                Statistics.median(operations),
                1,
                "gets/µs",
                spread(operations, 1));
    }

    private Row allocated(String of, int keys) {
        double layer = bytes(LAYER, keys);
        return Row.info(
                "allocated by one get, 1 thread" + of,
                layer,
                0,
                "bytes",
                String.format(
                        Locale.ROOT,
                        "the text itself %.0f, the backend by its SPI %.0f",
                        bytes(DECODING, keys),
                        bytes("spi", keys)));
    }

    private double bytes(String benchmark, int keys) {
        return Statistics.median(
                of(benchmark, keys, 1).values().stream().map(Score::bytes).toList());
    }

    private Map<Integer, Score> of(String benchmark, int keys, int threads) {
        return scores.getOrDefault(new Place(benchmark, keys, threads), Map.of());
    }

    private static double nanos(Map<Integer, Score> of, int round) {
        return 1_000 / score(of, round).operations();
    }

    private static Score score(Map<Integer, Score> of, int round) {
        Score score = of.get(round);
        if (score == null) {
            throw new IllegalStateException("round " + round + " is not complete");
        }
        return score;
    }

    private static String spread(Collection<Double> values, int digits) {
        String number = "%." + digits + "f";
        return String.format(
                Locale.ROOT,
                number + " to " + number,
                values.stream().min(Double::compare).orElseThrow(),
                values.stream().max(Double::compare).orElseThrow());
    }
}
