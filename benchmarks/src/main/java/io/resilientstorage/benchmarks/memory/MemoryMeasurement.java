package io.resilientstorage.benchmarks.memory;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.allocation.CountingJvm;
import io.resilientstorage.benchmarks.allocation.ObjectFigures;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a get costs that is served from memory. */
public final class MemoryMeasurement implements Measurement {

    private static final String JMH = "jmh";
    private static final String OBJECTS = "objects";

    /** Nothing to be told. */
    public MemoryMeasurement() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws IOException, InterruptedException {
        MemoryRuns runs = new MemoryRuns(quick ? MemoryRuns.Extent.QUICK : MemoryRuns.Extent.FULL, out);
        try {
            ObjectNode results = ResultFile.JSON.createObjectNode();
            results.set(OBJECTS, CountingJvm.run(MemoryObjects.class));
            results.set(JMH, runs.run());
            return results;
        } catch (RunnerException e) {
            throw new IOException("JMH failed", e);
        }
    }

    @Override
    public List<Row> rows(JsonNode results) {
        List<Row> rows = new ArrayList<>();
        rows.add(ObjectFigures.layer("objects of the layer in one get", results.path(OBJECTS)));
        rows.addAll(new MemoryFigures(results.path(JMH)).rows());
        return rows;
    }
}
