package io.resilientstorage.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.server.RawHttp;
import io.resilientstorage.server.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers that neither send nor read hold no thread: twice as many of them as there are threads stop nobody else. */
class SlowCallersTest {

    private static final int CALLERS = 64;

    private final List<Socket> callers = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.memoryOnly();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket caller : callers) {
            caller.close();
        }
        server.close();
    }

    @Test
    void thoseThatDoNotSendTheirBody() throws IOException {
        for (int i = 0; i < CALLERS; i++) {
            RawHttp.send(
                    connect(),
                    RawHttp.head("PUT /v1/kv/slow HTTP/1.1", "Host: a", "Content-Length: 1000") + "the first");
        }

        assertOthersAreServed();
    }

    @Test
    void thoseThatDoNotReadTheirAnswers() throws IOException {
        server.put("/v1/kv/large", new byte[1 << 20]);
        // More than the buffers of a connection hold.
        String manyAnswers =
                RawHttp.head("GET /v1/kv/large HTTP/1.1", "Host: a").repeat(16);
        for (int i = 0; i < CALLERS; i++) {
            RawHttp.send(connect(), manyAnswers);
        }

        assertOthersAreServed();
    }

    private Socket connect() throws IOException {
        Socket caller = server.raw().connect();
        callers.add(caller);
        return caller;
    }

    private void assertOthersAreServed() {
        for (int i = 0; i < 20; i++) {
            assertThat(server.put("/v1/kv/other", "x").statusCode()).isEqualTo(200);
            assertThat(server.get("/v1/kv/other").statusCode()).isEqualTo(200);
        }
    }
}
