package io.resilientstorage.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {

    private static final String PAGE = """
            before
            <!-- begin memory: written by bin/benchmarks -->
            old
            <!-- end memory -->
            between
            <!-- begin redis: written by bin/benchmarks -->
            other
            <!-- end redis -->
            after
            """;

    @Test
    void onlyWhatStandsBetweenItsMarkersIsReplaced() {
        assertThat(Page.replaced(PAGE, "memory", "new\n"))
                .isEqualTo(PAGE.replace("\nold\n", "\n\nnew\n\n"))
                .contains("other");
    }

    @Test
    void writingTwiceIsWritingOnce() {
        String once = Page.replaced(PAGE, "redis", "new");

        assertThat(Page.replaced(once, "redis", "new")).isEqualTo(once);
    }

    @Test
    void aPageWithoutTheMarkersIsRefused() {
        assertThatThrownBy(() -> Page.replaced(PAGE, "outage", "new"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("begin outage");
    }

    @Test
    void theTableSaysWhichBoundsHold() {
        String table = Page.table(List.of(
                Row.atMost(60, "added", 60, 1, "ns", "50 to 70"),
                Row.atMost(60, "added more", 60.04, 1, "ns", ""),
                Row.atLeast(0.95, "ratio", 0.95, 3, "", ""),
                Row.atLeast(5, "less", 4.99, 1, "times", ""),
                Row.info("besides", 1234.6, 0, "calls/s", "")));

        assertThat(table).isEqualTo("""
                        | what | figure | spread | bound | held |
                        |---|---|---|---|---|
                        | added | 60.0 ns | 50 to 70 | ≤ 60 ns | yes |
                        | added more | 60.0 ns | | ≤ 60 ns | **no** |
                        | ratio | 0.950 | | ≥ 0.95 | yes |
                        | less | 5.0 times | | ≥ 5 times | **no** |
                        | besides | 1235 calls/s | | | |
                        """);
    }

    @Test
    void aFigureThatIsNoNumberHoldsNoBound() {
        assertThat(Row.atMost(1, "none", Double.NaN, 1, "", "").heldText()).isEqualTo("**no**");
        assertThat(Row.atLeast(1, "none", Double.NaN, 1, "", "").heldText()).isEqualTo("**no**");
    }
}
