package io.resilientstorage.benchmarks.outage;

import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.benchmarks.report.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What follows from the scenarios. Each figure is the worst of the repeats, and beside it stands their median. */
final class OutageFigures {

    /** How much PostgreSQL alone differs from one measurement to the next on a machine with two cores. */
    private static final double AS_ALONE = 1.25;

    private final JsonNode results;

    OutageFigures(JsonNode results) {
        this.results = results;
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        String killed = "Redis killed, 16 threads: ";
        rows.add(failed(killed, OutageMeasurement.KILLED));
        rows.add(millis(
                50, killed + "p99.9 in the second of the fault", all("killed", "secondOfTheFault", "p999Millis")));
        rows.add(millis(
                250,
                killed + "longest in the second of the fault",
                all("killed", "secondOfTheFault", "longestMillis")));
        rows.add(millis(
                0, killed + "longest of those in flight at the fault", all("killed", "inFlight", "longestMillis")));
        rows.add(millis(0, killed + "longest in the 5 s after", all("killed", "after", "longestMillis")));
        String hung = "Redis hung, 16 threads: ";
        rows.add(failed(hung, OutageMeasurement.HUNG));
        rows.add(millis(400, hung + "p99.9 in the second of the fault", all("hung", "secondOfTheFault", "p999Millis")));
        rows.add(millis(600, hung + "longest in the 5 s after the fault", all("hung", "after", "longestMillis")));
        rows.add(millis(0, hung + "longest of those in flight at the fault", all("hung", "inFlight", "longestMillis")));
        rows.add(millis(0, hung + "circuit open after", all("hung", "circuitOpenedAfterMillis")));
        rows.add(millis(0, hung + "p99 once the circuit is open", all("hung", "circuitOpen", "p99Millis")));
        rows.add(millis(0, "PostgreSQL alone, 16 threads: p99", all("postgresAlone", "alone", "p99Millis")));
        rows.add(millis(
                0, "PostgreSQL alone, 16 threads: longest in 3 s", all("postgresAlone", "alone", "longestMillis")));
        rows.add(asAlone(hung));
        String slow = "Redis hung, 1 call a second: ";
        rows.add(failed(slow, OutageMeasurement.HUNG_SLOW));
        rows.add(millis(300, slow + "longest", all("hungOneCallASecond", "after", "longestMillis")));
        rows.add(millis(
                2000,
                slow + "UNHEALTHY after the first failure",
                all("hungOneCallASecond", "unhealthyAfterFirstFailureMillis")));
        rows.add(failed("Redis killed, 1 call in 50 ms: ", OutageMeasurement.KILLED_PEERS));
        rows.add(millis(
                0,
                "Redis killed, 1 call in 50 ms: first success elsewhere after",
                all("killedOneCallIn50Millis", "elsewhereAfterMillis")));
        rows.add(failed("Redis hung, 1 call in 50 ms: ", OutageMeasurement.HUNG_PEERS));
        rows.add(millis(
                0,
                "Redis hung, 1 call in 50 ms: first success elsewhere after",
                all("hungOneCallIn50Millis", "elsewhereAfterMillis")));
        return rows;
    }

    private Row failed(String who, String scenario) {
        List<Double> failed = all(scenario, "failed");
        double sum = failed.stream().mapToDouble(Double::doubleValue).sum();
        double calls =
                all(scenario, "calls").stream().mapToDouble(Double::doubleValue).sum();
        String of = calls > 0 ? String.format(Locale.ROOT, "of %,.0f", calls) : "";
        return Row.atMost(0, who + "failed calls, all repeats", sum, 0, "", of);
    }

    private Row asAlone(String who) {
        List<Double> open = all("hung", "circuitOpen", "p99Millis");
        List<Double> alone = all("postgresAlone", "alone", "p99Millis");
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            ratios.add(new Statistics.Pair(open.get(i), alone.get(i)).ratio());
        }
        String spread = String.format(
                Locale.ROOT, "worst %.2f", ratios.stream().max(Double::compare).orElseThrow());
        String what = who + "p99 once the circuit is open, to PostgreSQL alone (median)";
        return Row.atMost(AS_ALONE, what, Statistics.median(ratios), 2, "", spread);
    }

    private static Row millis(double bound, String what, List<Double> values) {
        double worst = values.stream().max(Double::compare).orElseThrow();
        String spread = String.format(Locale.ROOT, "median %.1f", Statistics.median(values));
        return bound > 0 ? Row.atMost(bound, what, worst, 1, "ms", spread) : Row.info(what, worst, 1, "ms", spread);
    }

    /**
     * A figure of all repeats.
     *
     * @throws IllegalStateException if a repeat has not seen it
     */
    private List<Double> all(String scenario, String... path) {
        List<Double> values = new ArrayList<>();
        for (JsonNode repeat : results.path(scenario)) {
            JsonNode found = repeat;
            for (String step : path) {
                found = found.path(step);
            }
            if (found.isNumber()) {
                values.add(found.asDouble());
            } else if (!path[0].equals("calls")) {
                throw new IllegalStateException(scenario + " has not seen " + String.join(" ", path));
            }
        }
        return values;
    }
}
