package io.resilientstorage.server.http;

import static io.resilientstorage.server.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.server.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyValueRoutesTest {

    private final JsonMapper json = new JsonMapper();
    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.memoryOnly();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aValueIsReadBackWithItsSourceAndVersion() {
        JsonNode receipt = json.readTree(server.put("/v1/kv/read-back", "hello").body());
        HttpResponse<byte[]> found = server.get("/v1/kv/read-back");

        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(text(found)).isEqualTo("hello");
        assertThat(found.headers().firstValue("X-Storage-Backend")).hasValue("memory");
        assertThat(found.headers().firstValue("X-Storage-Stale")).hasValue("false");
        assertThat(found.headers().firstValue("X-Storage-Version"))
                .hasValue(receipt.get("version").asString());
        assertThat(found.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    }

    @Test
    void aReceiptTellsVersionBackendDurabilityAndWhatIsPending() {
        HttpResponse<byte[]> stored = server.put("/v1/kv/receipt", "x");

        assertThat(stored.statusCode()).isEqualTo(200);
        assertThat(stored.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonNode receipt = json.readTree(stored.body());
        assertThat(receipt.propertyNames())
                .containsExactly("version", "backend", "durability", "pending", "superseded");
        assertThat(Version.parse(receipt.get("version").asString()).isNewerThan(Version.NONE))
                .isTrue();
        assertThat(receipt.get("backend").asString()).isEqualTo("memory");
        assertThat(receipt.get("durability").asString()).isEqualTo("volatile");
        assertThat(receipt.get("pending").isArray()).isTrue();
        assertThat(receipt.get("superseded").asBoolean()).isFalse();
    }

    @Test
    void valuesAreBytesAsTheyWereSent() {
        byte[] everyByte = new byte[256 * 1024];
        new Random(7).nextBytes(everyByte);

        server.put("/v1/kv/bytes", everyByte, "Content-Type", "application/x-www-form-urlencoded");

        assertThat(server.get("/v1/kv/bytes").body()).isEqualTo(everyByte);
    }

    @Test
    void anEmptyValueIsAValue() {
        server.put("/v1/kv/empty", "");

        HttpResponse<byte[]> found = server.get("/v1/kv/empty");
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.body()).isEmpty();
    }

    @Test
    void aMissingKeyIsAbsent() {
        HttpResponse<byte[]> missing = server.get("/v1/kv/never-stored");

        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(text(missing)).isEqualTo("{\"result\":\"absent\"}");
    }

    @Test
    void aDeleteTellsWhetherThereWasAValue() {
        server.put("/v1/kv/deleted", "x");

        assertThat(text(delete("deleted"))).isEqualTo("{\"deleted\":true}");
        assertThat(text(delete("deleted"))).isEqualTo("{\"deleted\":false}");
        assertThat(server.get("/v1/kv/deleted").statusCode()).isEqualTo(404);
    }

    @Test
    void aValueWithATtlEnds() {
        server.put("/v1/kv/mortal?ttl=1", "x");

        assertThat(server.get("/v1/kv/mortal").statusCode()).isEqualTo(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> server.get("/v1/kv/mortal").statusCode() == 404);
    }

    @Test
    void aHeadTellsWhatAGetWouldWithoutTheValue() {
        server.put("/v1/kv/headed", "12345");

        HttpResponse<byte[]> head = server.send("HEAD", "/v1/kv/headed", BodyPublishers.noBody());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).hasValue("5");
        assertThat(head.headers().firstValue("X-Storage-Version")).isPresent();
        assertThat(head.body()).isEmpty();
        assertThat(server.send("HEAD", "/v1/kv/never-stored", BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void noValueIsTakenForAPageOrKeptByACache() {
        server.put("/v1/kv/page", "<script>alert(1)</script>");

        HttpResponse<byte[]> found = server.get("/v1/kv/page");
        assertThat(found.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(found.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    private HttpResponse<byte[]> delete(String key) {
        return server.send("DELETE", "/v1/kv/" + key, BodyPublishers.noBody());
    }
}
