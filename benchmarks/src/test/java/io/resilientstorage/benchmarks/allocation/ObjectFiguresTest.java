package io.resilientstorage.benchmarks.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import org.junit.jupiter.api.Test;

class ObjectFiguresTest {

    @Test
    void theTextThatACallMakesIsNotTheLayers() {
        Row row =
                layer("{'layer': {'Hit': 1, 'Key': 1, 'Call': 1, 'java.lang.String': 1, '[B': 1}, 'spi': {'Hit': 1}}");

        assertThat(row.figure()).isEqualTo(2);
        assertThat(row.heldText()).isEqualTo("yes");
        assertThat(row.spread()).isEqualTo("all 5.0, the backend by its SPI 1.0, the text made 2.0");
    }

    @Test
    void aTextThatWasNotMadeIsNotTakenOff() {
        Row row = layer("{'layer': {'Hit': 1, 'Key': 1, 'Call': 1, 'Other': 1}, 'spi': {'Hit': 1}}");

        assertThat(row.figure()).isEqualTo(3);
        assertThat(row.heldText()).isEqualTo("**no**");
    }

    @Test
    void ofSeveralTextsOnlyTheOneThatWasAskedForIsTakenOff() {
        Row row = layer("{'layer': {'java.lang.String': 4, '[B': 3}, 'spi': {'java.lang.String': 1, '[B': 1}}");

        assertThat(row.figure()).isEqualTo(3);
    }

    private static Row layer(String json) {
        return ObjectFigures.layer("objects", ResultFile.JSON.readTree(json.replace('\'', '"')));
    }
}
