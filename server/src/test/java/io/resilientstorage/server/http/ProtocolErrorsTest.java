package io.resilientstorage.server.http;

import static io.resilientstorage.server.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.server.RawHttp;
import io.resilientstorage.server.RawHttp.Reply;
import io.resilientstorage.server.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProtocolErrorsTest {

    private static final String JSON_ERROR = "(?s).*Content-Type: application/json\r\n.*\r\n\r\n"
            + "\\{\"error\":\"[a-z0-9_]+\",\"message\":\"[^\"]+\"}";

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.memoryOnly();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nope",
                "/v1",
                "/v1/kv",
                "/v1/kvx/a",
                "//",
                "/v1//kv/a",
                "/V1/kv/a",
                "/api/health",
                "/api/health/ready/",
                "/%",
                "/v1/kv%2Fa",
                "/favicon.ico"
            })
    void anUnknownRouteIsNotFound(String path) {
        Reply reply = server.raw().request("GET", path, "");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.text()).matches(JSON_ERROR).contains("\"not_found\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "TRACE", "FOO"})
    void anotherMethodIsNotAllowedAndTheAnswerSaysWhichAre(String method) {
        Reply reply = server.raw().request(method, "/v1/kv/a", "");

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.text()).matches(JSON_ERROR).containsPattern("Allow: .*(GET.*PUT|PUT.*GET).*\r\n");
    }

    @Test
    void optionsTellsWhatIsAllowed() {
        HttpResponse<byte[]> options = server.send("OPTIONS", "/v1/kv/a", BodyPublishers.noBody());

        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow").orElse("").split(", "))
                .containsExactlyInAnyOrder("GET", "HEAD", "PUT", "DELETE", "OPTIONS");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | garbage",
                "400 | GET",
                "400 | GET / HTTP/1.1",
                "400 | GET / HTTP/1.1~Host: a~bad header",
                "400 | GET /v1/kv/a HTTP/1.1~Host: a~Content-Length: -5",
                "400 | PUT /v1/kv/a HTTP/1.1~Host: a~Content-Length: 5~Content-Length: 6",
                "400 | PUT /v1/kv/a HTTP/1.1~Host: a~Content-Length: 5~Transfer-Encoding: chunked",
                "505 | GET / HTTP/3.7~Host: a"
            })
    void whatIsNoHttpGetsAJsonError(int status, String request) {
        Reply reply = server.raw().exchange(RawHttp.head((request + "~Connection: close").split("~")));

        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.text()).matches(JSON_ERROR);
    }

    @Test
    void aPathOrAHeaderThatIsTooLongGetsAJsonError() {
        Reply path = server.raw().request("GET", "/v1/kv/" + "a".repeat(9_000), "");
        Reply header = server.raw().request("GET", "/", "", "X-Long: " + "a".repeat(9_000));

        assertThat(path.status()).isEqualTo(414);
        assertThat(path.text()).matches(JSON_ERROR);
        assertThat(header.status()).isEqualTo(431);
        assertThat(header.text()).matches(JSON_ERROR);
    }

    @Test
    void anErrorIsJsonWhateverTheCallerAccepts() {
        HttpResponse<byte[]> reply = server.get("/nope", "Accept", "text/html");

        assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void oneConnectionServesManyRequestsInTheirOrder() {
        server.put("/v1/kv/pipelined", "p");
        String get = RawHttp.head("GET /v1/kv/pipelined HTTP/1.1", "Host: a");

        Reply replies = server.raw()
                .exchange(get + get + RawHttp.head("GET /v1/kv/nothing-here HTTP/1.1", "Host: a", "Connection: close"));
        assertThat(replies.text().split("HTTP/1.1 200", -1)).hasSize(3);
        assertThat(replies.text()).endsWith("{\"result\":\"absent\"}");
    }

    @Test
    void theIndexNamesTheRoutes() {
        assertThat(text(server.get("/"))).startsWith("{\"name\":\"resilient-storage\",\"version\":\"");
        assertThat(text(server.get("/"))).contains("GET /v1/kv/{key}", "GET /api/health/storage");
    }

    @Test
    void noAnswerTellsWhichServerThisIs() {
        assertThat(server.get("/nope").headers().firstValue("Server")).isEmpty();
    }
}
