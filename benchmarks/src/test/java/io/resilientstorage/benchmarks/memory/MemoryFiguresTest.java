package io.resilientstorage.benchmarks.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class MemoryFiguresTest {

    /** Gets in a microsecond on 1 and on 2 threads. In the rounds after the first the whole machine is slower. */
    private static final Map<String, List<Double>> SCORES = Map.of(
            "layer", List.of(10.0, 18.0),
            "caffeine", List.of(20.0, 40.0),
            "caffeineExpiring", List.of(18.0, 30.0),
            "caffeineDecoding", List.of(16.0, 32.0),
            "spi", List.of(12.0, 20.0),
            "resilience4j", List.of(5.0, 3.0),
            "failsafe", List.of(4.0, 4.5));

    private final ArrayNode entries = ResultFile.JSON.createArrayNode();

    @Test
    void figuresAreMediansOverRounds() {
        addRound(1, 1);
        addRound(2, 2);
        addRound(3, 0.5);

        assertThat(row("added to plain Caffeine, 1 thread, 1,000 keys").figure())
                .isCloseTo(50, within(0.001));
        assertThat(row("scaling from 1 to 2 threads to that of plain Caffeine, 1,000 keys")
                        .figure())
                .isCloseTo(0.9, within(0.001));
        assertThat(row("throughput to that of Resilience4j, 2 threads, 1,000 keys")
                        .figure())
                .isCloseTo(6, within(0.001));
        assertThat(row("allocated by one get, 1 thread, 1,000 keys").figure()).isEqualTo(100);
    }

    @Test
    void aRoundThatIsNotCompleteIsRefused() {
        addRound(1, 1);
        entries.add(entry("layer", 1, 2, 10));

        assertThatThrownBy(() -> new MemoryFigures(entries).rows())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("round 2");
    }

    private Row row(String what) {
        return new MemoryFigures(entries)
                .rows().stream()
                        .filter(row -> row.what().equals(what))
                        .findFirst()
                        .orElseThrow();
    }

    private void addRound(int round, double speed) {
        SCORES.forEach((benchmark, scores) -> {
            for (int threads = 1; threads <= 2; threads++) {
                entries.add(entry(benchmark, threads, round, scores.get(threads - 1) * speed));
            }
        });
    }

    private static ObjectNode entry(String benchmark, int threads, int round, double score) {
        ObjectNode entry = ResultFile.JSON.createObjectNode();
        entry.put("benchmark", MemoryGet.class.getName() + "." + benchmark);
        entry.put("threads", threads);
        entry.put("round", round);
        entry.putObject("params").put("count", "1000");
        entry.putObject("primaryMetric").put("score", score);
        entry.putObject("secondaryMetrics").putObject("gc.alloc.rate.norm").put("score", 100);
        return entry;
    }
}
