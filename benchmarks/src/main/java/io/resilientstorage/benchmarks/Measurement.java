package io.resilientstorage.benchmarks;

import io.resilientstorage.benchmarks.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Something that can be measured. */
public interface Measurement {

    /** Its name on the command line, of its file and of its part of the page. */
    String name();

    /**
     * Measures, and returns what was seen.
     *
     * @param quick whether less is measured, to see whether it works
     * @param out where to tell how far it is
     */
    ObjectNode run(boolean quick, PrintWriter out) throws IOException, InterruptedException;

    /** What follows from results that {@link #run} returned. */
    List<Row> rows(JsonNode results);
}
