package io.resilientstorage.benchmarks.memory;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a get costs that is served from memory. */
public final class MemoryMeasurement implements Measurement {

    /** Nothing to be told. */
    public MemoryMeasurement() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws IOException {
        MemoryRuns runs = new MemoryRuns(quick ? MemoryRuns.Extent.QUICK : MemoryRuns.Extent.FULL, out);
        try {
            ObjectNode results = ResultFile.JSON.createObjectNode();
            results.set("jmh", runs.run());
            return results;
        } catch (RunnerException e) {
            throw new IOException("JMH failed", e);
        }
    }

    @Override
    public List<Row> rows(JsonNode results) {
        return new MemoryFigures(results.path("jmh")).rows();
    }
}
