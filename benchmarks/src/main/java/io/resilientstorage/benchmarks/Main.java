package io.resilientstorage.benchmarks;

import io.resilientstorage.benchmarks.locks.LockMeasurement;
import io.resilientstorage.benchmarks.memory.MemoryMeasurement;
import io.resilientstorage.benchmarks.mirror.MirrorMeasurement;
import io.resilientstorage.benchmarks.outage.OutageMeasurement;
import io.resilientstorage.benchmarks.recovery.CatchUpMeasurement;
import io.resilientstorage.benchmarks.recovery.ChangedMeasurement;
import io.resilientstorage.benchmarks.recovery.WarmUpMeasurement;
import io.resilientstorage.benchmarks.redis.RedisMeasurement;
import io.resilientstorage.benchmarks.report.Page;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code bin/benchmarks}: measures, writes the results as JSON, and the tables into the page. */
@Command(
        name = "benchmarks",
        description = "Measures what the layer costs, and what an outage costs.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

    private static final List<Measurement> ALL = List.of(
            new MemoryMeasurement(),
            new RedisMeasurement(),
            new LockMeasurement(),
            new OutageMeasurement(),
            new CatchUpMeasurement(),
            new WarmUpMeasurement(),
            new ChangedMeasurement(),
            new MirrorMeasurement());
    private static final String EVERYTHING = "all";
    private static final String ONLY_PAGE = "page";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "WHAT",
            description =
                    "memory, redis, locks, outage, catchup, warmup, changed, mirror, or all; page: write the page again from the results that are there.")
    private List<String> selection = List.of();

    @Option(names = "--quick", description = "Measure less, to see whether it works. The page is left as it is.")
    private boolean quick;

    @Option(names = "--root", hidden = true, description = "The root of the checkout.")
    private Path root = Path.of(".");

    private Main() {}

    /** Runs, and ends the process with the exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Measurement> known = new TreeMap<>();
        ALL.forEach(measurement -> known.put(measurement.name(), measurement));
        for (String name : selection) {
            if (!known.containsKey(name) && !name.equals(EVERYTHING) && !name.equals(ONLY_PAGE)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "'" + name + "' is not known; known are " + known.keySet() + ", all and page");
            }
        }
        for (Measurement measurement : ALL) {
            if (selection.contains(measurement.name()) || selection.contains(EVERYTHING)) {
                measure(measurement);
            } else if (selection.contains(ONLY_PAGE) && file(measurement, false).exists()) {
                show(measurement, file(measurement, false).read());
            }
        }
        return 0;
    }

    private void measure(Measurement measurement) throws IOException, InterruptedException {
        ResultFile file = file(measurement, quick);
        file.write(measurement.run(quick, spec.commandLine().getOut()));
        show(measurement, file.read());
    }

    private void show(Measurement measurement, JsonNode results) throws IOException {
        List<Row> rows = measurement.rows(results);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Page.table(rows));
        out.flush();
        if (!quick) {
            new Page(root.resolve("docs/benchmarks.md"))
                    .write(
                            measurement.name(),
                            "Measured: " + ResultFile.machine(results).text() + ".\n\n" + Page.table(rows));
        }
    }

    private ResultFile file(Measurement measurement, boolean forNow) {
        Path folder = root.resolve(forNow ? "benchmarks/target/results" : "benchmarks/results");
        return new ResultFile(folder.resolve(measurement.name() + ".json"));
    }
}
