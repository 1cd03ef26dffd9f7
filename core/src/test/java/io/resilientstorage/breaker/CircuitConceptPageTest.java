package io.resilientstorage.breaker;

import static io.resilientstorage.api.Circuit.CLOSED;
import static io.resilientstorage.api.Circuit.HALF_OPEN;
import static io.resilientstorage.api.Circuit.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docs/concepts/circuit.md says is so. */
class CircuitConceptPageTest {

    private static final Path PAGE = Path.of("..", "docs", "concepts", "circuit.md");
    private static final Path EXAMPLES = Path.of("src/test/java/io/resilientstorage/breaker/CircuitExamples.java");

    @Test
    void theCodeOnThePageIsCodeThatCompiles() throws IOException {
        List<String> blocks = new ArrayList<>();
        String[] parts = Files.readString(PAGE).split("```", -1);
        for (int i = 1; i < parts.length; i += 2) {
            if (parts[i].startsWith("java\n")) {
                blocks.add(withoutIndent(parts[i].substring("java\n".length())));
            }
        }
        String examples = withoutIndent(Files.readString(EXAMPLES));

        assertThat(blocks)
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(block -> assertThat(examples).contains(block));
    }

    private static String withoutIndent(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
    }

    @Test
    void theCodeOnThePageRuns() throws IOException {
        CircuitExamples good = new CircuitExamples(order -> "receipt " + order);
        assertThat(good.charge("1")).isEqualTo("receipt 1");
        assertThat(good.chargeByHand("2")).contains("receipt 2");
        assertThat(good.chargeLater("3").toCompletableFuture()).isCompletedWithValue("later 3");

        CircuitExamples bad = new CircuitExamples(order -> {
            throw new IOException("down");
        });
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> bad.charge("1")).isInstanceOf(IOException.class);
        }
        assertThat(bad.charge("1")).matches("try again in [34] s");
        assertThat(bad.chargeByHand("2")).isEmpty();
    }

    /** Without jitter; the page says so. */
    @Test
    void theTimelineOnThePageIsWhatHappens() {
        BreakerFixture a = new BreakerFixture();
        IllegalStateException timeOut = new IllegalStateException("timed out");
        Permit stuck = a.permit();
        List<Permit> first = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            first.add(a.permit());
        }
        a.pass(Duration.ofMillis(250));
        first.forEach(permit -> permit.failure(timeOut));
        assertThat(a.breaker.state()).as("0.25 s").isEqualTo(OPEN);

        a.pass(Duration.ofMillis(4_750));
        assertThat(a.rejected().retryAfter()).as("5 s").isEqualTo(Duration.ofMillis(250));

        a.pass(Duration.ofMillis(250));
        Permit trial = a.permit();
        a.rejected();
        a.pass(Duration.ofMillis(150));
        stuck.success(Duration.ofMillis(5_400));
        assertThat(a.breaker.state()).as("5.4 s").isEqualTo(HALF_OPEN);

        a.pass(Duration.ofMillis(100));
        trial.failure(timeOut);
        assertThat(a.breaker.state()).as("5.5 s").isEqualTo(OPEN);

        a.pass(Duration.ofMillis(7_500));
        Permit second = a.permit();
        a.pass(Duration.ofMillis(10));
        second.success(Duration.ofMillis(10));
        assertThat(a.breaker.state()).as("13.01 s").isEqualTo(CLOSED);
        assertThat(a.transitions).hasSize(5);
    }
}
