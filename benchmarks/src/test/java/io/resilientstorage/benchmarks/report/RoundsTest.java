package io.resilientstorage.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;

class RoundsTest {

    private final ArrayNode rounds = ResultFile.JSON.createArrayNode();

    @Test
    void aRatioIsTheMedianOfThoseOfEachRound() {
        add(10, 100);
        add(60, 100);
        add(900, 1_000);

        Row row = new Rounds(rounds).ratioAtLeast(0.5, "what", "ours", "deep.theirs");

        assertThat(row.figure()).isEqualTo(0.6);
        assertThat(row.spread()).isEqualTo("0.10 to 0.90");
        assertThat(row.heldText()).isEqualTo("yes");
    }

    @Test
    void whatARoundHasNotSeenIsNotPassedOver() {
        add(10, 100);
        rounds.addObject().put("ours", 3);

        assertThatThrownBy(() -> new Rounds(rounds).info("what", "deep.theirs", 0, ""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("deep.theirs");
    }

    private void add(double ours, double theirs) {
        rounds.addObject().put("ours", ours).putObject("deep").put("theirs", theirs);
    }
}
