package io.resilientstorage.benchmarks.outage;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.benchmarks.load.Calls;
import io.resilientstorage.benchmarks.load.ClosedLoad;
import io.resilientstorage.benchmarks.load.Latencies;
import io.resilientstorage.benchmarks.report.ResultFile;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The scenarios, each once. A storage is made anew for each; all run in one process, after {@link #warmUp}. */
final class Scenarios {

    private static final int THREADS = 16;
    private static final int KEYS = 500;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration AFTER = Duration.ofSeconds(5);
    private static final Duration ALONE_WARM_UP = Duration.ofSeconds(1);
    private static final Duration ALONE = Duration.ofSeconds(3);
    private static final Duration SLOW_PACE = Duration.ofSeconds(1);
    private static final Duration SLOW_BEFORE = Duration.ofMillis(2_500);
    private static final Duration SLOW_AFTER = Duration.ofSeconds(6);
    private static final Duration PEERS_PACE = Duration.ofMillis(50);
    private static final Duration PEERS_AFTER = Duration.ofSeconds(2);
    /** A call that took so long has waited for the hung server; one to a server that is well takes far less. */
    private static final long WAITED_NANOS = Duration.ofMillis(200).toNanos();

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MILLI = 1e6;

    private final Servers servers;

    Scenarios(Servers servers) {
        this.servers = servers;
    }

    /** 16 threads without a fault, until what a service does all day is compiled. What an outage does is not. */
    void warmUp() throws InterruptedException {
        try (ResilientStorage storage = servers.both(new Seen());
                ClosedLoad load = ClosedLoad.start(calls(storage), THREADS)) {
            sleep(WARM_UP);
            load.stop();
        }
    }

    /** 16 threads on PostgreSQL alone. */
    ObjectNode alone() throws InterruptedException {
        try (ResilientStorage storage = servers.postgresAlone();
                ClosedLoad load = ClosedLoad.start(calls(storage), THREADS)) {
            sleep(ALONE_WARM_UP);
            long from = System.nanoTime();
            sleep(ALONE);
            long to = System.nanoTime();
            Calls calls = load.stop();
            ObjectNode seen = ResultFile.JSON.createObjectNode();
            tellFailed(seen, calls);
            describe(seen, "alone", calls.begunIn(from, to));
            return seen;
        }
    }

    /** A fault under 16 threads. */
    ObjectNode underLoad(Fault fault) throws InterruptedException {
        Seen events = new Seen();
        try (ResilientStorage storage = servers.both(events);
                ClosedLoad load = ClosedLoad.start(calls(storage), THREADS)) {
            sleep(BEFORE);
            long struck = System.nanoTime();
            Calls calls;
            long ended;
            try {
                fault.strike(servers.redis());
                sleep(AFTER);
                ended = System.nanoTime();
                calls = load.stop();
            } finally {
                fault.mend(servers.redis());
            }
            ObjectNode seen = ResultFile.JSON.createObjectNode();
            seen.put("calls", calls.count());
            tellFailed(seen, calls);
            describe(seen, "before", calls.begunIn(struck - SECOND, struck));
            describe(seen, "inFlight", calls.underWay(struck, struck));
            describe(seen, "secondOfTheFault", calls.underWay(struck, struck + SECOND));
            describe(seen, "after", calls.underWay(struck, ended));
            events.opened(Servers.REDIS, struck).ifPresent(opened -> {
                seen.put("circuitOpenedAfterMillis", millis(opened - struck));
                // As long after the change as PostgreSQL alone has to warm up.
                describe(seen, "circuitOpen", calls.begunIn(opened + ALONE_WARM_UP.toNanos(), ended));
            });
            calls.firstElsewhere(struck).ifPresent(first -> seen.put("elsewhereAfterMillis", millis(first - struck)));
            return seen;
        }
    }

    /** A fault with one caller who calls once a second. */
    ObjectNode slowCaller(Fault fault) throws InterruptedException {
        Seen events = new Seen();
        try (ResilientStorage storage = servers.both(events);
                ClosedLoad load = ClosedLoad.start(calls(storage), 1, SLOW_PACE)) {
            sleep(SLOW_BEFORE);
            long struck = System.nanoTime();
            Calls calls;
            try {
                fault.strike(servers.redis());
                sleep(SLOW_AFTER);
                calls = load.stop();
            } finally {
                fault.mend(servers.redis());
            }
            ObjectNode seen = ResultFile.JSON.createObjectNode();
            tellFailed(seen, calls);
            describe(seen, "after", calls.underWay(struck, System.nanoTime()));
            calls.firstEndOfAtLeast(WAITED_NANOS, struck)
                    .ifPresent(failure -> events.unhealthy(Servers.REDIS, struck)
                            .ifPresent(found -> seen.put("unhealthyAfterFirstFailureMillis", millis(found - failure))));
            return seen;
        }
    }

    /** A fault with one caller who calls every 50 ms, as the peers were measured. */
    ObjectNode asPeers(Fault fault) throws InterruptedException {
        try (ResilientStorage storage = servers.both(new Seen());
                ClosedLoad load = ClosedLoad.start(calls(storage), 1, PEERS_PACE)) {
            sleep(BEFORE);
            long struck = System.nanoTime();
            Calls calls;
            try {
                fault.strike(servers.redis());
                sleep(PEERS_AFTER);
                calls = load.stop();
            } finally {
                fault.mend(servers.redis());
            }
            ObjectNode seen = ResultFile.JSON.createObjectNode();
            tellFailed(seen, calls);
            describe(seen, "after", calls.underWay(struck, System.nanoTime()));
            calls.firstElsewhere(struck).ifPresent(first -> seen.put("elsewhereAfterMillis", millis(first - struck)));
            return seen;
        }
    }

    private static ClosedLoad.Caller calls(ResilientStorage storage) {
        return ClosedLoad.setAndRead(storage, "load:", KEYS);
    }

    private static void tellFailed(ObjectNode seen, Calls calls) {
        seen.put("failed", calls.failed());
        ArrayNode reasons = seen.putArray("whyFailed");
        calls.whyFailed().forEach(reasons::add);
    }

    private static void describe(ObjectNode seen, String span, Latencies latencies) {
        ObjectNode told = seen.putObject(span);
        told.put("calls", latencies.count());
        told.put("p50Millis", rounded(latencies.millis(0.5)));
        told.put("p99Millis", rounded(latencies.millis(0.99)));
        told.put("p999Millis", rounded(latencies.millis(0.999)));
        told.put("longestMillis", rounded(latencies.longestMillis()));
    }

    private static double millis(long nanos) {
        return rounded(nanos / NANOS_PER_MILLI);
    }

    private static double rounded(double millis) {
        return Math.round(millis * 1000) / 1000.0;
    }

    private static void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }
}
