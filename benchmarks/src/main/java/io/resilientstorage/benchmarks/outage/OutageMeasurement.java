package io.resilientstorage.benchmarks.outage;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What calls go through when Redis is killed or hangs, with PostgreSQL behind it. */
public final class OutageMeasurement implements Measurement {

    static final String ALONE = "postgresAlone";
    static final String KILLED = "killed";
    static final String HUNG = "hung";
    static final String HUNG_SLOW = "hungOneCallASecond";
    static final String KILLED_PEERS = "killedOneCallIn50Millis";
    static final String HUNG_PEERS = "hungOneCallIn50Millis";

    private static final int REPEATS = 5;
    private static final int QUICK_REPEATS = 2;

    /** One run of a scenario. */
    private interface Run {
        ObjectNode run() throws InterruptedException;
    }

    /** Nothing to be told. */
    public OutageMeasurement() {}

    @Override
    public String name() {
        return "outage";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws InterruptedException {
        int repeats = quick ? QUICK_REPEATS : REPEATS;
        ObjectNode results = ResultFile.JSON.createObjectNode();
        try (Servers servers = new Servers()) {
            Scenarios scenarios = new Scenarios(servers);
            out.println("outage: warming up");
            out.flush();
            scenarios.warmUp();
            for (int repeat = 1; repeat <= repeats; repeat++) {
                out.printf("outage: %d of %d%n", repeat, repeats);
                out.flush();
                keep(results, KILLED, () -> scenarios.underLoad(Fault.KILLED));
                keep(results, ALONE, scenarios::alone);
                keep(results, HUNG, () -> scenarios.underLoad(Fault.HUNG));
                keep(results, HUNG_SLOW, () -> scenarios.slowCaller(Fault.HUNG));
                keep(results, KILLED_PEERS, () -> scenarios.asPeers(Fault.KILLED));
                keep(results, HUNG_PEERS, () -> scenarios.asPeers(Fault.HUNG));
            }
        }
        return results;
    }

    private static void keep(ObjectNode results, String scenario, Run run) throws InterruptedException {
        ArrayNode repeats = results.get(scenario) instanceof ArrayNode present ? present : results.putArray(scenario);
        repeats.add(run.run());
    }

    @Override
    public List<Row> rows(JsonNode results) {
        return new OutageFigures(results).rows();
    }
}
