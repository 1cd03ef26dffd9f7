package io.resilientstorage.benchmarks.mirror;

import io.resilientstorage.benchmarks.report.Rounds;
import io.resilientstorage.benchmarks.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What follows from the rounds: medians of ratios of one round. */
final class MirrorFigures {

    private static final String RATE = "callsASecond";

    private final JsonNode results;

    MirrorFigures(JsonNode results) {
        this.results = results;
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        Rounds paced = new Rounds(results.path(MirrorMeasurement.PACED));
        Rounds unpaced = new Rounds(results.path(MirrorMeasurement.UNPACED));
        String of = of("rate");
        rows.add(paced.ratioAtLeast(0.8, of + "MIRROR_ASYNC to ACTIVE_ONLY, writes", mirrored(RATE), alone(RATE)));
        rows.add(paced.ratio(of + "MIRROR_ASYNC to ACTIVE_ONLY, p50", mirrored("p50Millis"), alone("p50Millis")));
        rows.add(paced.ratio(of + "MIRROR_ASYNC to ACTIVE_ONLY, p99", mirrored("p99Millis"), alone("p99Millis")));
        rows.add(paced.info(of + "keys that PostgreSQL lacks at the end", mirrored("pending"), 0, ""));
        Rounds byAlone = new Rounds(results.path(MirrorMeasurement.PACED_BY_ALONE));
        rows.add(byAlone.ratio(of("rateByAlone") + "MIRROR_ASYNC to ACTIVE_ONLY, writes", mirrored(RATE), alone(RATE)));
        JsonNode beyond = results.path(MirrorMeasurement.BEYOND);
        double failed = paced.sum(mirrored("failed"))
                + paced.sum(alone("failed"))
                + byAlone.sum(mirrored("failed"))
                + byAlone.sum(alone("failed"))
                + unpaced.sum(mirrored("failed"))
                + unpaced.sum(alone("failed"))
                + beyond.path("failed").asDouble();
        rows.add(Row.atMost(0, "failed writes, of all that were made", failed, 0, "", ""));
        rows.add(Row.info(
                "PostgreSQL as the mirror of writers who write as fast as they can",
                results.path("postgresAsMirrorRecordsASecond").asDouble(),
                0,
                "records/s",
                ""));
        rows.add(Row.info(
                "PostgreSQL alone, in batches",
                results.path("postgresAloneRecordsASecond").asDouble(),
                0,
                "records/s",
                ""));
        rows.add(unpaced.ratio(
                "as fast as 16 threads can: MIRROR_ASYNC to ACTIVE_ONLY, writes", mirrored(RATE), alone(RATE)));
        rows.add(unpaced.info("as fast as 16 threads can, ACTIVE_ONLY", alone(RATE), 0, "writes/s"));
        String long30 = String.format(
                Locale.ROOT,
                "as fast as 16 threads can, for long, over %,d keys: ",
                beyond.path("keys").asInt());
        rows.add(Row.info(long30 + "MIRROR_ASYNC", beyond.path(RATE).asDouble(), 0, "writes/s", ""));
        rows.add(Row.info(
                long30 + "heap more than before, at the end",
                beyond.path("heapMegabytes").asDouble(),
                0,
                "MB",
                ""));
        rows.add(Row.info(
                long30 + "keys that PostgreSQL lacked at the end",
                beyond.path("pendingAtTheEnd").asDouble(),
                0,
                "",
                ""));
        rows.add(Row.info(
                long30 + "it had them after", beyond.path("drainedAfterSeconds").asDouble(), 1, "s", ""));
        return rows;
    }

    private String of(String rate) {
        return String.format(
                Locale.ROOT, "%,d writes a second: ", results.path(rate).asInt());
    }

    private static String mirrored(String figure) {
        return MirrorMeasurement.MIRROR_ASYNC + "." + figure;
    }

    private static String alone(String figure) {
        return MirrorMeasurement.ACTIVE_ONLY + "." + figure;
    }
}
