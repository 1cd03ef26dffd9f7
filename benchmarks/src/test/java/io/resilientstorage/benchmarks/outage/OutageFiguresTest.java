package io.resilientstorage.benchmarks.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class OutageFiguresTest {

    private final ObjectNode results = ResultFile.JSON.createObjectNode();

    @Test
    void theWorstRepeatIsHeldToTheBound() {
        addRepeat(0, 20, 4);
        addRepeat(0, 51, 4);
        addRepeat(1, 30, 4);

        Row slowest = row("Redis killed, 16 threads: p99.9 in the second of the fault");
        assertThat(slowest.figure()).isEqualTo(51);
        assertThat(slowest.spread()).isEqualTo("median 30.0");
        assertThat(slowest.heldText()).isEqualTo("**no**");
        Row failed = row("Redis killed, 16 threads: failed calls, all repeats");
        assertThat(failed.figure()).isEqualTo(1);
        assertThat(failed.heldText()).isEqualTo("**no**");
    }

    @Test
    void theOpenCircuitIsComparedWithPostgresAloneOfTheSameRepeat() {
        addRepeat(0, 20, 4);
        addRepeat(0, 40, 10);
        addRepeat(0, 60, 60);

        Row asAlone = row("Redis hung, 16 threads: p99 once the circuit is open, to PostgreSQL alone (median)");
        assertThat(asAlone.figure()).isEqualTo(4);
        assertThat(asAlone.spread()).isEqualTo("worst 5.00");
    }

    @Test
    void whatARepeatHasNotSeenIsNotPassedOver() {
        addRepeat(0, 20, 4);
        ((ObjectNode) results.withArray("/" + OutageMeasurement.HUNG_SLOW).get(0))
                .remove("unhealthyAfterFirstFailureMillis");

        assertThatThrownBy(() -> new OutageFigures(results).rows())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unhealthyAfterFirstFailureMillis");
    }

    private Row row(String what) {
        return new OutageFigures(results)
                .rows().stream()
                        .filter(row -> row.what().equals(what))
                        .findFirst()
                        .orElseThrow();
    }

    private void addRepeat(int failed, double millis, double alone) {
        for (String scenario : new String[] {
            OutageMeasurement.KILLED,
            OutageMeasurement.ALONE,
            OutageMeasurement.HUNG,
            OutageMeasurement.HUNG_SLOW,
            OutageMeasurement.KILLED_PEERS,
            OutageMeasurement.HUNG_PEERS
        }) {
            ArrayNode repeats =
                    results.get(scenario) instanceof ArrayNode present ? present : results.putArray(scenario);
            ObjectNode repeat = repeats.addObject();
            repeat.put("calls", 100);
            repeat.put("failed", failed);
            repeat.put("elsewhereAfterMillis", millis);
            repeat.put("circuitOpenedAfterMillis", millis);
            repeat.put("unhealthyAfterFirstFailureMillis", millis);
            for (String span : new String[] {"alone", "inFlight", "secondOfTheFault", "after", "circuitOpen"}) {
                double figure = span.equals("alone") ? alone : millis;
                repeat.putObject(span)
                        .put("p99Millis", figure)
                        .put("p999Millis", figure)
                        .put("longestMillis", figure);
            }
        }
    }
}
