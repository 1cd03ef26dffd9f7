package io.resilientstorage.benchmarks.report;

import io.resilientstorage.benchmarks.report.Statistics.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * The rounds of a measurement, and rows that are medians over them with their range beside it. Figures of a round are
 * named by their path, as in {@code with.p99Millis}.
 *
 * @param rounds an array of objects
 */
public record Rounds(JsonNode rounds) {

    /**
     * A figure of all rounds.
     *
     * @throws IllegalStateException if a round has not seen it
     */
    public List<Double> all(String path) {
        List<Double> values = new ArrayList<>();
        for (JsonNode round : rounds) {
            JsonNode value = round;
            for (String step : path.split("\\.", -1)) {
                value = value.path(step);
            }
            if (!value.isNumber()) {
                throw new IllegalStateException("a round has not seen " + path);
            }
            values.add(value.asDouble());
        }
        return values;
    }

    /** The sum of a figure. */
    public double sum(String path) {
        return all(path).stream().mapToDouble(Double::doubleValue).sum();
    }

    /** A figure without a bound. */
    public Row info(String what, String path, int digits, String unit) {
        List<Double> values = all(path);
        return Row.info(what, Statistics.median(values), digits, unit, range(values, digits));
    }

    /** A figure that must be at least so much. */
    public Row atLeast(double limit, String what, String path, int digits, String unit) {
        List<Double> values = all(path);
        return Row.atLeast(limit, what, Statistics.median(values), digits, unit, range(values, digits));
    }

    /** A ratio of two figures of one round, without a bound. */
    public Row ratio(String what, String numerator, String denominator) {
        List<Double> ratios = ratios(numerator, denominator);
        return Row.info(what, Statistics.median(ratios), 2, "", range(ratios, 2));
    }

    /** A ratio of two figures of one round that must be at least so much. */
    public Row ratioAtLeast(double limit, String what, String numerator, String denominator) {
        List<Double> ratios = ratios(numerator, denominator);
        return Row.atLeast(limit, what, Statistics.median(ratios), 2, "", range(ratios, 2));
    }

    /** A ratio of two figures of one round that may be at most so much. */
    public Row ratioAtMost(double limit, String what, String numerator, String denominator) {
        List<Double> ratios = ratios(numerator, denominator);
        return Row.atMost(limit, what, Statistics.median(ratios), 2, "", range(ratios, 2));
    }

    private List<Double> ratios(String numerator, String denominator) {
        List<Double> above = all(numerator);
        List<Double> below = all(denominator);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < above.size(); i++) {
            ratios.add(new Pair(above.get(i), below.get(i)).ratio());
        }
        return ratios;
    }

    private static String range(List<Double> values, int digits) {
        String number = "%." + digits + "f";
        return String.format(Locale.ROOT, number + " to " + number, Collections.min(values), Collections.max(values));
    }
}
