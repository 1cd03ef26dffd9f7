package io.resilientstorage.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.server.RawHttp;
import io.resilientstorage.server.RawHttp.Reply;
import io.resilientstorage.server.TestServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as they travel: nothing on the way may decode, normalise or refuse one that is legal. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysOverHttpTest {

    private TestServer server;
    private RawHttp raw;

    @BeforeAll
    void start() {
        server = TestServer.memoryOnly();
        raw = server.raw();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "%2F",
                "a%2Fb",
                "%2F%2F",
                ".",
                "..",
                "%2e",
                "%2e%2e",
                "%2E%2e",
                "..%2F..%2F..%2F..%2Fetc%2Fpasswd",
                "%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e",
                "..;x",
                "a;b=c",
                "%3B",
                "%00",
                "a%00b",
                "%01",
                "%0A",
                "%0D%0A",
                "%7F",
                "%20",
                "+",
                "%2B",
                "%25",
                "%2525",
                "%252F",
                "%3F",
                "%23",
                "%26",
                "%5C",
                "*",
                "a*b",
                "%7Bkey%7D",
                "%3Ckey%3E",
                "WEB-INF",
                "%2e%2e%2fWEB-INF%2fweb.xml",
                "favicon.ico",
                "%C3%A9",
                "%c3%a9",
                "e%CC%81",
                "%F0%9F%98%80",
                "%D7%A9%D7%9C%D7%95%D7%9D",
                "%EF%BF%BF",
                "%F4%8F%BF%BF",
                "!$&'()*+,;=:@-._~"
            })
    void aLegalKeyIsStoredAndFoundAsItWasSent(String encoded) {
        Reply stored = raw.request("PUT", "/v1/kv/" + encoded, "value of " + encoded);
        Reply found = raw.request("GET", "/v1/kv/" + encoded, "");

        assertThat(stored.status()).as(stored.text()).isEqualTo(200);
        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(found.body()).isEqualTo("value of " + encoded);
    }

    @Test
    void differentKeysAreDifferentThoughTheyLookAlike() {
        List<String> alike = List.of(
                "look/a",
                "look%2Fa",
                "look+a",
                "look a",
                "look%20a",
                "look",
                "look.",
                "look..",
                "./look",
                "look\0",
                "Look",
                "look\u00e9",
                "looke\u0301",
                "look;a",
                "look?a",
                "look#a",
                "look\ufffd");
        alike.forEach(key -> raw.request("PUT", "/v1/kv/" + encode(key), "value " + alike.indexOf(key)));

        List<String> found = new ArrayList<>();
        alike.forEach(
                key -> found.add(raw.request("GET", "/v1/kv/" + encode(key), "").body()));
        assertThat(found)
                .containsExactlyElementsOf(
                        alike.stream().map(key -> "value " + alike.indexOf(key)).toList());
    }

    @Test
    void anEncodedCharacterIsTheSameKeyAsThePlainOne() {
        raw.request("PUT", "/v1/kv/%61%2D%7e", "same");

        assertThat(raw.request("GET", "/v1/kv/a-~", "").body()).isEqualTo("same");
    }

    @Test
    void aKeyHasAtMost512BytesOfUtf8() {
        assertThat(put("x".repeat(512))).isEqualTo(200);
        assertThat(put("x".repeat(513))).isEqualTo(400);
        assertThat(put("%F0%9F%98%80".repeat(128))).isEqualTo(200);
        assertThat(put("%F0%9F%98%80".repeat(128) + "x")).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a/b",
                "a/",
                "%",
                "%4",
                "a%",
                "%zz",
                "%2",
                "%u2192",
                "%+1",
                "%FF",
                "%C0%80",
                "%C0%AF",
                "%ED%A0%80",
                "%F4%90%80%80",
                "%E2%82",
                "\u00e9",
                "a#b",
                "a|b",
                "\"",
                "\\",
                "{a}"
            })
    void anIllegalKeyIsRefusedWithAJsonError(String encoded) {
        for (String method : List.of("PUT", "GET", "DELETE")) {
            Reply refused = raw.request(method, "/v1/kv/" + encoded, "");

            assertThat(refused.status()).as(refused.text()).isEqualTo(400);
            assertThat(refused.body()).matches("\\{\"error\":\"bad_(key|request)\",\"message\":\".+\"}");
        }
    }

    @Test
    void theTargetMayBeAnAbsoluteUri() {
        raw.request("PUT", "/v1/kv/abs%00olute", "x");

        assertThat(raw.request("GET", "http://test:80/v1/kv/abs%00olute", "").body())
                .isEqualTo("x");
    }

    private int put(String encoded) {
        return raw.request("PUT", "/v1/kv/" + encoded, "x").status();
    }

    private static String encode(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
