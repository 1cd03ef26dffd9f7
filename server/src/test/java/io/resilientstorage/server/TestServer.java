package io.resilientstorage.server;

import io.resilientstorage.server.config.DataDirectory;
import io.resilientstorage.server.config.Environment;
import io.resilientstorage.server.config.StorageProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A server in this process, on a free port, and a caller of it. */
public final class TestServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Settings of a server that has memory alone. */
    public static final Map<String, String> MEMORY_ONLY = Map.of("backends.database.enabled", "false");

    private final RunningServer server;
    // As most callers do, it asks for HTTP/2 first, which the server must not stumble over.
    private final HttpClient client = HttpClient.newHttpClient();

    private TestServer(RunningServer server) {
        this.server = server;
    }

    public static TestServer memoryOnly() {
        return start(MEMORY_ONLY, Map.of(), Path.of("unused"));
    }

    public static TestServer start(Map<String, String> file, Map<String, String> variables, Path data) {
        Environment environment = Environment.of(variables);
        StorageProperties properties = StorageProperties.of(file, environment, new DataDirectory(data));
        return new TestServer(RunningServer.start("127.0.0.1", 0, properties, environment));
    }

    public int port() {
        return URI.create(server.url()).getPort();
    }

    public RawHttp raw() {
        return new RawHttp(port());
    }

    public HttpResponse<byte[]> put(String path, byte[] body, String... headers) {
        return send("PUT", path, HttpRequest.BodyPublishers.ofByteArray(body), headers);
    }

    public HttpResponse<byte[]> put(String path, String body, String... headers) {
        return put(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public HttpResponse<byte[]> get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    public HttpResponse<byte[]> send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(method, body)
                .timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.close();
    }
}
