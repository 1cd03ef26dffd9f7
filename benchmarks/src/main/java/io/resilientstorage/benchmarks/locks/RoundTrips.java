package io.resilientstorage.benchmarks.locks;

import io.resilientstorage.benchmarks.load.Subject;
import io.resilientstorage.testkit.net.FaultyProxy;
import java.util.function.IntFunction;

/** How often a client waits for an answer, counted between it and the server. */
final class RoundTrips {

    private static final int BEFORE = 20;
    private static final int COUNTED = 400;

    private RoundTrips() {}

    /**
     * The round trips of acquiring and releasing one lock.
     *
     * @param server the port of the server
     * @param client makes a client of the port that it is told
     */
    static double ofOne(int server, IntFunction<? extends LockClient> client) throws Exception {
        try (FaultyProxy proxy = FaultyProxy.to(server);
                LockClient made = client.apply(proxy.port())) {
            Subject counted = made.cycle();
            calls(counted, BEFORE);
            long before = proxy.roundTrips();
            calls(counted, COUNTED);
            return (double) (proxy.roundTrips() - before) / COUNTED;
        }
    }

    private static void calls(Subject subject, int count) throws Exception {
        for (int call = 0; call < count; call++) {
            subject.call(call % LockNames.COUNT);
        }
    }
}
