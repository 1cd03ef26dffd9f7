package io.resilientstorage.benchmarks.allocation;

import io.resilientstorage.benchmarks.report.Row;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What follows from counts of objects by class. */
public final class ObjectFigures {

    /** The name of what the whole layer allocates. */
    public static final String LAYER = "layer";

    /** The name of what the backend allocates that is asked by its SPI. */
    public static final String SPI = "spi";

    /** A text and the array in it. */
    private static final int TEXT = 2;

    private static final double MOST = 2;

    private ObjectFigures() {}

    /**
     * The objects of the layer: all that a get allocates, without those of the backend by itself and without the text
     * that the caller gets.
     */
    public static Row layer(String what, JsonNode objects) {
        double all = sum(objects.path(LAYER));
        double backend = sum(objects.path(SPI));
        String of = String.format(
                Locale.ROOT, "all %.1f, the backend by its SPI %.1f, the text itself %d", all, backend, TEXT);
        return Row.atMost(MOST, what, all - backend - TEXT, 1, "objects", of);
    }

    /** All objects of one way to do it, as a figure to compare with. */
    public static Row all(String what, JsonNode counts) {
        return Row.info(what, sum(counts), 1, "objects", "");
    }

    private static double sum(JsonNode counts) {
        double sum = 0;
        for (JsonNode count : counts) {
            sum += count.asDouble();
        }
        return sum;
    }
}
