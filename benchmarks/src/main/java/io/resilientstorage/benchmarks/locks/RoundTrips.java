package io.resilientstorage.benchmarks.locks;

import io.resilientstorage.benchmarks.load.Subject;
import io.resilientstorage.testkit.net.FaultyProxy;
import java.util.function.Function;
import java.util.function.IntFunction;

/** How often a subject waits for an answer, counted between it and the server. */
final class RoundTrips {

    private static final int BEFORE = 20;
    private static final int COUNTED = 400;

    private RoundTrips() {}

    /**
     * The round trips of one call.
     *
     * @param server the port of the server
     * @param client makes a client of the port that it is told
     * @param subject what the client does
     */
    static <C extends AutoCloseable> double ofOne(int server, IntFunction<C> client, Function<C, Subject> subject)
            throws Exception {
        try (FaultyProxy proxy = FaultyProxy.to(server);
                C made = client.apply(proxy.port())) {
            Subject counted = subject.apply(made);
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
