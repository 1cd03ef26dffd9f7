package io.resilientstorage.benchmarks.allocation;

import io.resilientstorage.benchmarks.report.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What follows from counts of objects by class. */
public final class ObjectFigures {

    /** The name of what the whole layer allocates. */
    public static final String LAYER = "layer";

    /** The name of what the backend allocates that is asked by its SPI. */
    public static final String SPI = "spi";

    /** What a text is made of, where the call makes one. */
    private static final List<String> TEXT = List.of("java.lang.String", "[B");

    private static final double MOST = 2;

    private ObjectFigures() {}

    /**
     * The objects of the layer: all that a get allocates, without those of the backend by itself and, where the call
     * makes it, without the text that the caller gets.
     */
    public static Row layer(String what, JsonNode objects) {
        double text = text(objects);
        double all = sum(objects.path(LAYER));
        double backend = sum(objects.path(SPI));
        String of = String.format(
                Locale.ROOT, "all %.1f, the backend by its SPI %.1f, the text made %.1f", all, backend, text);
        return Row.atMost(MOST, what, ofLayer(objects), 1, "objects", of);
    }

    /** Of several counts the one with the median figure: what the compiler can leave out differs between JVMs. */
    public static JsonNode median(List<JsonNode> counts) {
        return counts.stream()
                .sorted(Comparator.comparingDouble(ObjectFigures::ofLayer))
                .toList()
                .get(counts.size() / 2);
    }

    private static double ofLayer(JsonNode objects) {
        return sum(objects.path(LAYER)) - sum(objects.path(SPI)) - text(objects);
    }

    private static double text(JsonNode objects) {
        JsonNode layer = objects.path(LAYER);
        JsonNode spi = objects.path(SPI);
        double text = 0;
        for (String type : TEXT) {
            double more = layer.path(type).asDouble(0) - spi.path(type).asDouble(0);
            text += Math.max(0, Math.min(1, more));
        }
        return text;
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
