package io.resilientstorage.server.http;

import static io.resilientstorage.server.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.server.RawHttp.Reply;
import io.resilientstorage.server.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TtlOverHttpTest {

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
    @ValueSource(strings = {"", "?", "?ttl=1", "?ttl=3153600000", "?ttl=007", "?ttl=%36%30", "?%74tl=60"})
    void aLegalTtlIsTaken(String query) {
        assertThat(server.raw().request("PUT", "/v1/kv/ttl" + query, "x").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "",
                "1.5",
                "x",
                "1s",
                "+5",
                "%2B5",
                "5%20",
                "3153600001",
                "99999999999999999999",
                "9223372036854775808",
                "0x10",
                "1e3",
                "%D9%A3",
                "%zz",
                "%00",
                "NaN",
                "PT5S",
                "5;"
            })
    void anIllegalTtlIsRefusedBeforeAnythingIsStored(String ttl) {
        Reply refused = server.raw().request("PUT", "/v1/kv/never-with-bad-ttl?ttl=" + ttl, "x");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).startsWith("{\"error\":\"bad_ttl\",\"message\":\"ttl ");
        assertThat(server.get("/v1/kv/never-with-bad-ttl").statusCode()).isEqualTo(404);
    }

    @Test
    void theErrorNamesTheBound() {
        assertThat(text(server.put("/v1/kv/a?ttl=0", "x"))).contains("from 1 to 3153600000 (100 years)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ttl", "tll=5", "TTL=5", "ttl=5&ttl=6", "ttl=5&x=1", "x=1", "&", "ttl=5&", "=5", "%zz=5"})
    void aQueryThatIsNotUnderstoodIsRefused(String query) {
        Reply refused = server.raw().request("PUT", "/v1/kv/never-with-bad-query?" + query, "x");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).startsWith("{\"error\":\"bad_query\"");
        assertThat(server.get("/v1/kv/never-with-bad-query").statusCode()).isEqualTo(404);
    }
}
