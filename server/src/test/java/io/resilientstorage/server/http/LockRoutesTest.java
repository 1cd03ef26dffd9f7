package io.resilientstorage.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.server.LockCaller;
import io.resilientstorage.server.LockCaller.Reply;
import io.resilientstorage.server.RawHttp;
import io.resilientstorage.server.TestServer;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LockRoutesTest {

    private TestServer server;
    private LockCaller locks;

    @BeforeAll
    void start() {
        server = TestServer.memoryOnly();
        locks = new LockCaller(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aGrantTellsTokenScopeAndBackend() {
        Reply granted = locks.acquire("told", "one", 30);

        assertThat(granted.status()).isEqualTo(200);
        assertThat(granted.response().headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(granted.text())
                .isEqualTo("{\"acquired\":true,\"fencingToken\":\"" + granted.token()
                        + "\",\"scope\":\"PROCESS_LOCAL\",\"backend\":\"memory\"}");
    }

    @Test
    void whoComesSecondIsToldWhenToComeAgain() {
        locks.acquire("contended", "one", 30);

        Reply second = locks.acquire("contended", "two", 30);

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.text()).isEqualTo("{\"error\":\"held\",\"message\":\"another holder has it\"}");
        assertThat(second.retryAfterSeconds()).isBetween(1L, 30L);
    }

    @Test
    void theSameHolderMayAcquireAgainUnderTheSameToken() {
        Reply first = locks.acquire("again", "one", 10);

        Reply again = locks.acquire("again", "one", 60);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.token()).isEqualTo(first.token());
        assertThat(locks.acquire("again", "two", 1).retryAfterSeconds()).isGreaterThan(10);
    }

    @Test
    void aRenewalExtendsUnderTheSameToken() {
        Reply granted = locks.acquire("renewed", "one", 10);

        Reply renewed = locks.renew("renewed", "one", 60);

        assertThat(renewed.status()).isEqualTo(200);
        assertThat(renewed.text()).isEqualTo(granted.text().replace("acquired", "renewed"));
        assertThat(locks.acquire("renewed", "two", 1).retryAfterSeconds()).isGreaterThan(10);
    }

    @Test
    void aRenewalByAnotherIsLostAndChangesNothing() {
        long token = locks.acquire("not-yours", "one", 30).token();

        Reply lost = locks.renew("not-yours", "two", 60);

        assertThat(lost.status()).isEqualTo(409);
        assertThat(lost.text()).isEqualTo("{\"error\":\"lost\",\"message\":\"the holder does not have it now\"}");
        assertThat(lost.response().headers().firstValue("Retry-After")).isEmpty();
        assertThat(locks.renew("not-yours", "one", 30).token()).isEqualTo(token);
    }

    @Test
    void whatHasEndedIsNotRenewedThoughNobodyElseTookIt() {
        long token = locks.acquire("ended", "one", 1).token();
        locks.acquire("ended-later", "one", 1);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> locks.acquire("ended-later", "two", 1).status() == 200);

        assertThat(locks.renew("ended", "one", 30).error()).isEqualTo("lost");
        assertThat(locks.acquire("ended", "two", 30).token()).isGreaterThan(token);
        assertThat(locks.renew("ended", "one", 30).error()).isEqualTo("lost");
    }

    @Test
    void aReleaseByAnotherLeavesTheLockAlone() {
        locks.acquire("mine", "one", 30);

        Reply refused = locks.release("mine", "two");

        assertThat(refused.status()).isEqualTo(200);
        assertThat(refused.text()).isEqualTo("{\"released\":false}");
        assertThat(locks.acquire("mine", "two", 30).status()).isEqualTo(409);
    }

    @Test
    void whatWasReleasedIsFreeAndIsReleasedOnce() {
        long token = locks.acquire("released", "one", 30).token();

        assertThat(locks.release("released", "one").text()).isEqualTo("{\"released\":true}");
        assertThat(locks.release("released", "one").text()).isEqualTo("{\"released\":false}");
        assertThat(locks.renew("released", "one", 30).error()).isEqualTo("lost");
        assertThat(locks.acquire("released", "two", 30).token()).isGreaterThan(token);
    }

    @Test
    void locksAndKeysDoNotMeet() {
        locks.acquire("both", "one", 30);

        assertThat(server.get("/v1/kv/both").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2F", "a%2Fb", "%2e%2e", "..", "%00", "+", "%2B", "%F0%9F%98%80", "%25", "a;b=c"})
    void aNameIsAnyTextAndAHolderToo(String encoded) {
        RawHttp raw = server.raw();
        String path = "/v1/locks/odd-" + encoded;
        String holder = "{\"holder\":\"\\u0000 {\\ud83d\\ude00}/\",\"ttlSeconds\":30}";

        RawHttp.Reply granted = raw.request("POST", path, holder);
        assertThat(granted.status()).as(granted.text()).isEqualTo(200);
        assertThat(raw.request("POST", path, "{\"holder\":\"x\",\"ttlSeconds\":30}")
                        .status())
                .isEqualTo(409);
        assertThat(raw.request("DELETE", path + "?holder=%00%20%7B%F0%9F%98%80%7D%2F", "")
                        .body())
                .isEqualTo("{\"released\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PATCH"})
    void otherMethodsAreNotAllowed(String method) {
        RawHttp.Reply refused = server.raw().request(method, "/v1/locks/a", "");

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.text())
                .contains("Allow: ")
                .contains("POST")
                .contains("PUT")
                .contains("DELETE");
    }
}
