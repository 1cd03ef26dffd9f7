package io.resilientstorage.benchmarks.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisFiguresTest {

    @Test
    void slicesOfOneRoundAreCompared() {
        List<Row> rows = RedisFigures.rows(ResultFile.JSON.readTree("""
                        [ { "operation": "set", "valueLength": 1024, "threads": 16, "callsASecond": {
                              "lettuce": [100, 1000, 10], "layer": [90, 850, 8], "spi": [95, 900, 9] } } ]
                        """));

        Row first = rows.get(0);
        assertThat(first.what()).isEqualTo("set, 1,024 bytes, 16 threads: the layer to plain Lettuce");
        assertThat(first.figureText()).isEqualTo("0.850");
        assertThat(first.heldText()).isEqualTo("yes");
        assertThat(rows).hasSize(3).anyMatch(row -> row.figureText().equals("100 calls/s"));
    }
}
