package io.resilientstorage.benchmarks.locks;

import io.resilientstorage.benchmarks.report.Rounds;
import io.resilientstorage.benchmarks.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What follows from the rounds: medians of ratios of slices of one round. */
final class LockFigures {

    private static final Map<String, String> WHO = Map.of(
            LockMeasurement.SINGLE, "SINGLE",
            LockMeasurement.UNPREPARED, "SINGLE with nothing prepared",
            LockMeasurement.FAILOVER, "FAILOVER",
            LockMeasurement.REDISSON, "Redisson",
            LockMeasurement.SHEDLOCK, "ShedLock");

    private static final Map<String, String> WHERE = Map.of(
            LockMeasurement.REDIS, "Redis",
            LockMeasurement.POSTGRES, "PostgreSQL",
            LockMeasurement.POSTGRES_FSYNC, "PostgreSQL with fsync");

    /** One to acquire, one to release, and what the background asks in the meantime. */
    private static final double TWO_ROUND_TRIPS = 2.1;

    private LockFigures() {}

    static List<Row> rows(JsonNode results) {
        List<Row> bounded = new ArrayList<>();
        List<Row> besides = new ArrayList<>();
        for (JsonNode comparison : results.path(LockMeasurement.COMPARISONS)) {
            int threads = comparison.path("threads").asInt();
            String of = WHERE.get(comparison.path("on").asString()) + ", " + threads
                    + (threads == 1 ? " thread: " : " threads: ");
            Rounds rounds = new Rounds(comparison.path("rounds"));
            JsonNode first = comparison.path("rounds").path(0);
            String peer = first.has(LockMeasurement.REDISSON) ? LockMeasurement.REDISSON : LockMeasurement.SHEDLOCK;
            besides.add(rounds.info(of + WHO.get(peer), peer, 0, "locks/s"));
            for (String policy :
                    List.of(LockMeasurement.SINGLE, LockMeasurement.FAILOVER, LockMeasurement.UNPREPARED)) {
                if (first.has(policy)) {
                    String what = of + WHO.get(policy) + " to " + WHO.get(peer);
                    if (policy.equals(LockMeasurement.UNPREPARED)) {
                        besides.add(rounds.ratio(what, policy, peer));
                    } else {
                        bounded.add(rounds.ratioAtLeast(1, what, policy, peer));
                    }
                    besides.add(rounds.info(of + WHO.get(policy), policy, 0, "locks/s"));
                }
            }
        }
        bounded.addAll(roundTrips(results.path(LockMeasurement.ROUND_TRIPS)));
        bounded.addAll(besides);
        return bounded;
    }

    private static List<Row> roundTrips(JsonNode seen) {
        List<Row> rows = new ArrayList<>();
        for (String on : List.of(LockMeasurement.REDIS, LockMeasurement.POSTGRES)) {
            for (Map.Entry<String, JsonNode> one : seen.path(on).properties()) {
                String what =
                        "round trips of an acquire and a release, " + WHERE.get(on) + ": " + WHO.get(one.getKey());
                double figure = one.getValue().asDouble();
                boolean ours = one.getKey().equals(LockMeasurement.SINGLE)
                        || one.getKey().equals(LockMeasurement.FAILOVER);
                rows.add(
                        ours
                                ? Row.atMost(TWO_ROUND_TRIPS, what, figure, 2, "", "")
                                : Row.info(what, figure, 2, "", ""));
            }
        }
        return rows;
    }
}
