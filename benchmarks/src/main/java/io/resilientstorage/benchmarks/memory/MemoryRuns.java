package io.resilientstorage.benchmarks.memory;

import io.resilientstorage.benchmarks.report.ResultFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs {@link MemoryGet} in rounds. In each round every benchmark gets one JVM of its own, one after the other, so that
 * what is compared was measured within seconds.
 */
final class MemoryRuns {

    /**
     * How much is measured.
     *
     * @param rounds how often each benchmark is run
     * @param keyCounts for how many keys
     * @param warmups how many slices are run before
     * @param slices how many slices are measured
     * @param sliceMillis how long a slice is
     */
    record Extent(int rounds, List<Integer> keyCounts, int warmups, int slices, int sliceMillis) {

        static final Extent FULL = new Extent(3, List.of(1_000, 100_000), 3, 2, 300);
        static final Extent QUICK = new Extent(3, List.of(1_000), 3, 2, 500);
    }

    private static final List<Integer> THREADS = List.of(1, 2);
    /**
     * A heap that has all its pages from the beginning. Else whoever allocates would pay for the first use of each
     * page, which a process does once, and not whoever does not.
     */
    private static final String[] HEAP = {"-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch"};

    /** What tells of the machine's folders. */
    private static final List<String> LEFT_OUT = List.of("jvm", "jvmArgs");

    private final Extent extent;
    private final PrintWriter out;

    MemoryRuns(Extent extent, PrintWriter out) {
        this.extent = extent;
        this.out = out;
    }

    /** What JMH reports, each entry with the number of its round. */
    ArrayNode run() throws IOException, RunnerException {
        ArrayNode entries = ResultFile.JSON.createArrayNode();
        for (int round = 1; round <= extent.rounds(); round++) {
            for (int keys : extent.keyCounts()) {
                for (int threads : THREADS) {
                    out.printf("memory: round %d of %d, %d keys, %d threads%n", round, extent.rounds(), keys, threads);
                    out.flush();
                    for (JsonNode entry : run(keys, threads)) {
                        ObjectNode kept = (ObjectNode) entry;
                        kept.remove(LEFT_OUT);
                        kept.put("round", round);
                        entries.add(kept);
                    }
                }
            }
        }
        return entries;
    }

    private JsonNode run(int keys, int threads) throws IOException, RunnerException {
        Path file = Files.createTempFile("jmh-", ".json");
        try {
            new Runner(new OptionsBuilder()
                            .include(MemoryGet.class.getName() + ".*")
                            .param("count", Integer.toString(keys))
                            .threads(threads)
                            .forks(1)
                            .warmupIterations(extent.warmups())
                            .warmupTime(TimeValue.milliseconds(extent.sliceMillis()))
                            .measurementIterations(extent.slices())
                            .measurementTime(TimeValue.milliseconds(extent.sliceMillis()))
                            .jvmArgsAppend(HEAP)
                            .addProfiler(GCProfiler.class)
                            .shouldFailOnError(true)
                            .verbosity(VerboseMode.SILENT)
                            .resultFormat(ResultFormatType.JSON)
                            .result(file.toString())
                            .build())
                    .run();
            return ResultFile.JSON.readTree(Files.readString(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
