package io.resilientstorage.server.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.resilientstorage.api.Storage;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The HTTP server: Javalin's routes on a Jetty of our own making. */
public final class HttpServer {

    private final Server jetty = JettyParts.server();
    private final ServerConnector connector = JettyParts.connector(jetty);

    private HttpServer() {}

    /**
     * Takes the port. Connections wait until {@link #start}.
     *
     * @param host the address to listen on
     * @param port the port, or 0 for a free one
     * @throws BindFailedException if the port cannot be had
     */
    public static HttpServer bind(String host, int port) {
        HttpServer server = new HttpServer();
        server.connector.setHost(host);
        server.connector.setPort(port);
        try {
            server.connector.open();
        } catch (IOException e) {
            throw new BindFailedException(host, port, cause(e));
        } catch (UnresolvedAddressException e) {
            throw new BindFailedException(host, port, new IOException("no such address", e));
        }
        return server;
    }

    /** Serves a storage from now on. */
    public void start(Storage storage, HttpSettings settings) {
        JettyParts.stopWithin(jetty, settings.stopTimeout());
        Javalin.create(config -> configure(config, storage, settings)).start();
    }

    /** Where it is, as in {@code http://127.0.0.1:8080}. */
    public String url() {
        String host = connector.getHost();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + connector.getLocalPort();
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopbackOnly() {
        return connector.getTransport() instanceof ServerSocketChannel channel
                && channel.socket().getInetAddress().isLoopbackAddress();
    }

    /** Waits until the server has stopped, or the thread is interrupted. */
    public void awaitStop() {
        try {
            jetty.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes no more requests, and lets those under way end within the stop time-out. */
    public void stop() {
        try {
            jetty.stop();
            connector.close();
        } catch (Exception e) { // Jetty declares no narrower type
            throw new IllegalStateException("The HTTP server did not stop cleanly", e);
        }
    }

    private void configure(JavalinConfig config, Storage storage, HttpSettings settings) {
        config.unsafe.jettyInternal.server = jetty;
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.router.ignoreTrailingSlashes = false;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        // The storage's call time-out ends every call; Javalin's own would write a second answer beside ours.
        config.http.asyncTimeout = 0;
        config.jsonMapper(new Json.ForJavalin());
        Routes.addTo(config.routes, storage, settings);
    }

    private static Exception cause(IOException e) {
        return e.getCause() instanceof IOException bind ? bind : e;
    }
}
