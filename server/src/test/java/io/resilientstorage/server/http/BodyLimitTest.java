package io.resilientstorage.server.http;

import static io.resilientstorage.server.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.resilientstorage.server.RawHttp;
import io.resilientstorage.server.RawHttp.Reply;
import io.resilientstorage.server.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BodyLimitTest {

    private static final int LIMIT = 1_000;

    private static final String TOO_LARGE = "{\"error\":\"too_large\",\"message\":\"a value has at most 1000 bytes\"}";

    private TestServer server;

    @BeforeAll
    void start() {
        Map<String, String> file = new HashMap<>(TestServer.MEMORY_ONLY);
        file.put("maxValueBytes", String.valueOf(LIMIT));
        server = TestServer.start(file, Map.of(), Path.of("unused"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aValueOfExactlyTheLimitIsStored() {
        assertThat(server.put("/v1/kv/full", new byte[LIMIT]).statusCode()).isEqualTo(200);
        assertThat(server.get("/v1/kv/full").body()).hasSize(LIMIT);
    }

    @Test
    void oneByteMoreIsRefusedWithAnAnswerThatTheCallerGetsToRead() {
        HttpResponse<byte[]> refused = server.put("/v1/kv/over", new byte[LIMIT + 1]);

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(text(refused)).isEqualTo(TOO_LARGE);
        assertThat(server.get("/v1/kv/over").statusCode()).isEqualTo(404);
    }

    @Test
    void aCallerThatSendsMegabytesTooManyStillGetsToReadTheAnswer() {
        assertThat(server.put("/v1/kv/over", new byte[4 << 20]).statusCode()).isEqualTo(413);
    }

    @Test
    void aHugeBodyIsRefusedByItsAnnouncementAlone() {
        Reply refused = server.raw()
                .exchange(RawHttp.head("PUT /v1/kv/over HTTP/1.1", "Host: a", "Content-Length: 99999999999"));

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.body()).isEqualTo(TOO_LARGE);
    }

    @Test
    void aCallerThatAsksFirstIsNotToldToContinueWithABodyThatIsTooLarge() {
        Reply refused = server.raw()
                .exchange(RawHttp.head(
                        "PUT /v1/kv/over HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 1001"));

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.text()).doesNotContain("100 Continue");
    }

    @Test
    void aCallerThatAsksFirstMayContinueWithABodyThatFits() throws IOException {
        try (Socket socket = server.raw().connect()) {
            RawHttp.send(
                    socket,
                    RawHttp.head(
                            "PUT /v1/kv/asked HTTP/1.1",
                            "Host: a",
                            "Connection: close",
                            "Expect: 100-continue",
                            "Content-Length: 3"));
            byte[] goOn = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            RawHttp.send(socket, "yes");

            assertThat(new String(goOn, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100");
            assertThat(RawHttp.readAll(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aBodyOfUnknownLengthIsHeldToTheSameLimit() {
        assertThat(chunked("x".repeat(LIMIT)).status()).isEqualTo(200);
        assertThat(chunked("x".repeat(LIMIT + 1)).status()).isEqualTo(413);
    }

    @Test
    void aBodyThatNeverEndsIsCutOff() {
        String chunk = "100000\r\n" + "x".repeat(1 << 20) + "\r\n";
        try (Socket socket = server.raw().connect()) {
            RawHttp.send(socket, RawHttp.head("PUT /v1/kv/over HTTP/1.1", "Host: a", "Transfer-Encoding: chunked"));
            for (int sent = 0; sent < 1_000; sent++) {
                RawHttp.send(socket, chunk);
            }
            fail("a gigabyte was read");
        } catch (IOException cutOff) {
            assertThat(server.get("/v1/kv/over").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aBodyThatIsCutShortIsNotStored() throws IOException {
        try (Socket socket = server.raw().connect()) {
            RawHttp.send(socket, RawHttp.head("PUT /v1/kv/short HTTP/1.1", "Host: a", "Content-Length: 10") + "abc");
            socket.shutdownOutput();

            assertThat(RawHttp.readAll(socket)).startsWith("HTTP/1.1 400").contains("{\"error\":\"bad_request\"");
        }
        assertThat(server.get("/v1/kv/short").statusCode()).isEqualTo(404);
    }

    private Reply chunked(String body) {
        String head = RawHttp.head(
                "PUT /v1/kv/chunked HTTP/1.1", "Host: a", "Connection: close", "Transfer-Encoding: chunked");
        String length = Integer.toHexString(body.length());
        return server.raw().exchange(head + length + "\r\n" + body + "\r\n" + RawHttp.head("0"));
    }
}
