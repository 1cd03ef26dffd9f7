package io.resilientstorage.server.http;

import java.time.Duration;
import java.util.EnumSet;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty with every bound set: threads, connections, header bytes, idle time. */
final class JettyParts {

    /** No request holds a thread while it waits, so a few are enough. */
    private static final int MAX_THREADS = 32;

    private static final int MIN_THREADS = 4;
    private static final int MAX_CONNECTIONS = 1_024;
    private static final int HEADER_BYTES = 8 << 10;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final int THREAD_IDLE_MILLIS = 60_000;

    /**
     * What may stand in a path besides plain segments. It is never a file's path; see {@link VerbatimPaths}. A
     * fragment, user info and raw characters that must be percent-encoded stay refused.
     */
    private static final UriCompliance ANY_KEY = UriCompliance.from(EnumSet.of(
            Violation.AMBIGUOUS_PATH_SEGMENT,
            Violation.AMBIGUOUS_EMPTY_SEGMENT,
            Violation.AMBIGUOUS_PATH_PARAMETER,
            Violation.AMBIGUOUS_PATH_ENCODING));

    private JettyParts() {}

    static Server server() {
        // Jetty wants its queue unbounded; what waits in it is bounded by the connections.
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS, THREAD_IDLE_MILLIS);
        threads.setName("resilient-storage-http");
        Server server = new Server(threads);
        server.setHandler(new GracefulHandler());
        server.setErrorHandler(new JettyErrors());
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        return server;
    }

    static ServerConnector connector(Server server) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setUriCompliance(ANY_KEY);
        // Otherwise a header equals one seen before on the connection in all but upper and lower case: a token too.
        http.setHeaderCacheCaseSensitive(true);
        ServerConnector connector = new ServerConnector(server, new VerbatimPaths(http));
        connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        server.addConnector(connector);
        return connector;
    }

    static void stopWithin(Server server, Duration timeout) {
        server.setStopTimeout(timeout.toMillis());
    }
}
