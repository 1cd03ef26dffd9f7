package io.resilientstorage.benchmarks.mirror;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What MIRROR_ASYNC costs those who write, against ACTIVE_ONLY, and what becomes of more than the mirror can take. */
public final class MirrorMeasurement implements Measurement {

    static final String MIRROR_ASYNC = "mirrorAsync";
    static final String ACTIVE_ONLY = "activeOnly";
    static final String PACED = "paced";
    static final String PACED_BY_ALONE = "pacedByAlone";
    static final String UNPACED = "unpaced";
    static final String BEYOND = "beyond";

    /** Of what PostgreSQL takes, this much is written: so it has time for more than that. */
    private static final double SHARE = 0.7;

    /** So many slices are thrown away before it is seen what PostgreSQL gets: else that is less than later. */
    private static final int WARM_UP = 5;

    /**
     * How much is measured.
     *
     * @param rounds how many rounds are kept, after one that is thrown away
     * @param slice how long one mode is measured in a round
     * @param beyond how long more is written than PostgreSQL takes
     * @param keys over how many keys the writers go
     * @param keysBeyond over how many then: more than may wait in memory
     */
    record Extent(int rounds, Duration slice, Duration beyond, int keys, int keysBeyond) {
        static final Extent FULL = new Extent(6, Duration.ofSeconds(2), Duration.ofSeconds(30), 200_000, 1_000_000);
        static final Extent QUICK = new Extent(3, Duration.ofSeconds(2), Duration.ofSeconds(8), 50_000, 200_000);
    }

    /** Nothing to be told. */
    public MirrorMeasurement() {}

    @Override
    public String name() {
        return "mirror";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws InterruptedException {
        return run(quick ? Extent.QUICK : Extent.FULL, out);
    }

    static ObjectNode run(Extent extent, PrintWriter out) throws InterruptedException {
        ObjectNode results = ResultFile.JSON.createObjectNode();
        try (Mirrored mirrored = new Mirrored()) {
            tell(out, "what PostgreSQL takes");
            mirrored.postgresAlone(extent.slice(), extent.keys());
            double alone = mirrored.postgresAlone(extent.slice(), extent.keys());
            mirrored.postgresAsMirror(extent.slice().multipliedBy(WARM_UP), extent.keys());
            double asMirror = mirrored.postgresAsMirror(extent.slice(), extent.keys());
            results.put("postgresAloneRecordsASecond", Math.round(alone));
            results.put("postgresAsMirrorRecordsASecond", Math.round(asMirror));
            results.put("rate", Math.round(asMirror * SHARE));
            results.put("rateByAlone", Math.round(alone * SHARE));
            tell(out, "at a rate that it takes");
            rounds(results.putArray(PACED), mirrored, asMirror * SHARE, extent);
            tell(out, "at a rate that it would take alone");
            rounds(results.putArray(PACED_BY_ALONE), mirrored, alone * SHARE, extent);
            tell(out, "as fast as the writers can, for a short time");
            rounds(results.putArray(UNPACED), mirrored, 0, extent);
            tell(out, "as fast as the writers can, for long");
            results.set(BEYOND, mirrored.beyond(extent.beyond(), extent.keysBeyond()));
        }
        return results;
    }

    private static void rounds(ArrayNode kept, Mirrored mirrored, double rate, Extent extent)
            throws InterruptedException {
        mirrored.round(1, rate, extent.slice(), extent.keys());
        for (int round = 0; round < extent.rounds(); round++) {
            kept.add(mirrored.round(round, rate, extent.slice(), extent.keys()));
        }
    }

    private static void tell(PrintWriter out, String what) {
        out.println("mirror: " + what);
        out.flush();
    }

    @Override
    public List<Row> rows(JsonNode results) {
        return new MirrorFigures(results).rows();
    }
}
