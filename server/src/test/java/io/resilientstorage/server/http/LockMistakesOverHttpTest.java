package io.resilientstorage.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.server.LockCaller;
import io.resilientstorage.server.RawHttp.Reply;
import io.resilientstorage.server.TestServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a request for a lock is told, and nothing is granted, renewed or released. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockMistakesOverHttpTest {

    private static final String TTL = "ttlSeconds must be whole seconds from 1 to 60 (locks.maxTtl)";

    private static final String FORM = "must be a JSON object like";

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
                "",
                " ",
                "x",
                "{",
                "}",
                "[]",
                "null",
                "\"holder\"",
                "17",
                "{'holder':'a','ttlSeconds':30}",
                "holder=a&ttlSeconds=30",
                "{\"holder\":\"a\",\"ttlSeconds\":30",
                "{\"holder\":\"a\",\"ttlSeconds\":30,}",
                "{\"holder\":\"a\",\"ttlSeconds\":30}x",
                "{\"holder\":\"a\",\"ttlSeconds\":30}{}",
                "{\"holder\":\"a\",\"ttlSeconds\":30,\"more\":1}",
                "{\"holder\":\"a\",\"ttlSeconds\":30,\"ttlSeconds\":60}",
                "{\"holder\":\"a\",\"holder\":\"b\",\"ttlSeconds\":30}",
                "{\"Holder\":\"a\",\"ttlSeconds\":30}",
                "{\"holder\":\"a\",\"ttl\":30}",
                "{\"holder\":\"a\",\"ttlSeconds\":+30}",
                "{\"holder\":\"a\",\"ttlSeconds\":030}",
                "{\"holder\":\"a\",\"ttlSeconds\":NaN}",
                "{\"holder\":\"a\nb\",\"ttlSeconds\":30}",
                "{\"holder\":\"\u00ff\",\"ttlSeconds\":30}"
            })
    void aBodyThatIsNotUnderstoodIsRefused(String body) {
        refused(body, "bad_body", FORM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1.5",
                "30.0",
                "3e1",
                "\"30\"",
                "true",
                "null",
                "[30]",
                "{}",
                "61",
                "2147483648",
                "9223372036854775808",
                "99999999999999999999999999"
            })
    void anIllegalTimeIsRefusedWithItsBound(String ttl) {
        refused("{\"holder\":\"a\",\"ttlSeconds\":" + ttl + "}", "bad_ttl", TTL);
    }

    @Test
    void aTimeMustBeTold() {
        refused("{\"holder\":\"a\"}", "bad_ttl", TTL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "\"\"      | holder has 0 bytes of UTF-8, and must have 1 to 512",
                "17        | holder must be text",
                "null      | holder must be text",
                "true      | holder must be text",
                "[\"a\"]   | holder must be text",
                "{}        | holder must be text",
                "\"\\ud800\" | holder has a lone surrogate, which has no UTF-8 form"
            })
    void anIllegalHolderIsRefusedWithItsBound(String holder, String message) {
        refused("{\"ttlSeconds\":30,\"holder\":" + holder + "}", "bad_holder", message);
    }

    @Test
    void aHolderMustBeToldAndHasAtMost512BytesOfUtf8() {
        refused("{\"ttlSeconds\":30}", "bad_holder", "holder must be in the body");
        refused(
                "{\"ttlSeconds\":30,\"holder\":\"" + "a".repeat(513) + "\"}",
                "bad_holder",
                "holder has 513 bytes of UTF-8, and must have 1 to 512");
        String longest = "{\"ttlSeconds\":30,\"holder\":\"" + "\\u0000".repeat(512) + "\"}";
        assertThat(server.raw().request("POST", "/v1/locks/longest", longest).status())
                .isEqualTo(200);
    }

    @Test
    void aBodyHasABound() {
        String body = "{\"holder\":\"a\"," + " ".repeat(LockBody.MOST_BYTES) + "\"ttlSeconds\":30}";
        for (String method : List.of("POST", "PUT")) {
            Reply refused = server.raw().request(method, "/v1/locks/never", body);

            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.body())
                    .isEqualTo("{\"error\":\"too_large\","
                            + "\"message\":\"what is asked of a lock has at most 8192 bytes\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a/b", "a/", "%", "%4", "%zz", "%FF", "%ED%A0%80"})
    void anIllegalNameIsRefused(String encoded) {
        for (String method : List.of("POST", "PUT", "DELETE")) {
            String query = method.equals("DELETE") ? "?holder=a" : "";
            Reply refused = server.raw()
                    .request(method, "/v1/locks/" + encoded + query, "{\"holder\":\"a\",\"ttlSeconds\":30}");

            assertThat(refused.status()).as(refused.text()).isEqualTo(400);
            assertThat(refused.body()).startsWith("{\"error\":\"bad_name\",\"message\":\"name ");
        }
    }

    @Test
    void aNameHasAtMost512BytesOfUtf8() {
        LockCaller locks = new LockCaller(server);

        assertThat(locks.acquire("x".repeat(512), "one", 30).status()).isEqualTo(200);
        assertThat(locks.acquire("x".repeat(513), "one", 30).error()).isEqualTo("bad_name");
        assertThat(locks.renew("x".repeat(513), "one", 30).error()).isEqualTo("bad_name");
        assertThat(locks.release("x".repeat(513), "one").error()).isEqualTo("bad_name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?ttl=30", "?holder=a", "?x", "?&"})
    void aQueryBesideABodyIsRefused(String query) {
        for (String method : List.of("POST", "PUT")) {
            Reply refused =
                    server.raw().request(method, "/v1/locks/never" + query, "{\"holder\":\"a\",\"ttlSeconds\":30}");

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).startsWith("{\"error\":\"bad_query\",\"message\":\"query must not be there");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "            | bad_query",
                "?           | bad_query",
                "?holder     | bad_query",
                "?owner=one  | bad_query",
                "?holder=one&holder=one | bad_query",
                "?holder=    | bad_holder",
                "?holder=%FF | bad_holder",
                "?holder=%   | bad_holder"
            })
    void aReleaseWithoutALegalHolderIsRefusedAndReleasesNothing(String query, String code) {
        LockCaller locks = new LockCaller(server);
        locks.acquire("kept", "one", 60);

        Reply refused = server.raw().request("DELETE", "/v1/locks/kept" + (query == null ? "" : query), "");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).startsWith("{\"error\":\"" + code + "\"");
        assertThat(locks.renew("kept", "one", 60).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "text/plain;application/json", ""})
    void aPageOfAnotherSiteGetsNoLock(String type) {
        String body = "{\"holder\":\"a\",\"ttlSeconds\":30}";
        String origin = "Origin: http://elsewhere.example";

        Reply refused = server.raw().request("POST", "/v1/locks/page", body, origin, "Content-Type: " + type);
        assertThat(refused.status()).as(refused.text()).isEqualTo(415);
        assertThat(refused.body()).startsWith("{\"error\":\"unsupported_media_type\"");
        assertThat(server.raw().request("POST", "/v1/locks/page", body, origin).status())
                .isEqualTo(415);
        Reply asked =
                server.raw().request("OPTIONS", "/v1/locks/page", "", origin, "Access-Control-Request-Method: POST");
        assertThat(asked.text()).doesNotContain("Access-Control");
    }

    @Test
    void aPageThatMaySendJsonAndACallerThatIsNoPageGetTheirLock() {
        String body = "{\"holder\":\"a\",\"ttlSeconds\":30}";

        assertThat(server.raw()
                        .request(
                                "POST",
                                "/v1/locks/own-page",
                                body,
                                "Origin: http://127.0.0.1",
                                "Content-Type: application/json; charset=utf-8")
                        .status())
                .isEqualTo(200);
        assertThat(server.raw()
                        .request("POST", "/v1/locks/own-page", body, "Content-Type: text/plain")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theBoundOfTheTimeIsTheSetting() {
        Map<String, String> file = new HashMap<>(TestServer.MEMORY_ONLY);
        file.put("locks.maxTtl", "2500ms");
        try (TestServer other = TestServer.start(file, Map.of(), Path.of("unused"))) {
            LockCaller locks = new LockCaller(other);

            assertThat(locks.acquire("bound", "one", 3).text()).contains("from 1 to 2 (locks.maxTtl)");
            assertThat(locks.acquire("bound", "one", 2).status()).isEqualTo(200);
        }
    }

    private void refused(String body, String code, String message) {
        for (String method : List.of("POST", "PUT")) {
            Reply refused = server.raw().request(method, "/v1/locks/never", body);

            assertThat(refused.status()).as(refused.text()).isEqualTo(400);
            assertThat(refused.body())
                    .startsWith("{\"error\":\"" + code + "\",\"message\":\"")
                    .contains(message);
        }
        LockCaller locks = new LockCaller(server);
        assertThat(locks.acquire("never", "somebody", 1).status()).isEqualTo(200);
        locks.release("never", "somebody");
    }
}
