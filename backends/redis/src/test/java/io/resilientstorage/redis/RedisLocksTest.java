package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is special about locks in Redis. */
class RedisLocksTest {

    private static final LockTerms TERMS = new LockTerms("SINGLE", 60_000, false);
    private static final String SPACE = new String(PhysicalKey.ofLockSpace("space"), UTF_8);
    private static final String LOCK = new String(PhysicalKey.ofLock("space", "lock"), UTF_8);

    private final RedisProcess server = RedisProcess.start();
    private final OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()));
    private final LockStore locks = redis.backend.locks().orElseThrow();

    @BeforeEach
    void begin() {
        AuthorityReply found = OpenRedis.result(locks.authority("space"));
        Authority next = new Authority(0, true, 1, 0, 0, 0, 0, Authority.NO_END, 0, TERMS, found.incarnation());
        assertThat(OpenRedis.result(locks.compareAndSet("space", found.incarnation(), 0, next, ApplyRequest.NO_LIMIT)))
                .isTrue();
    }

    @AfterEach
    void end() {
        redis.close();
        server.close();
    }

    /** Though it is told a half of it, and an authority is put under the whole. */
    @Test
    void aStepTellsTheLifeThatTheServerTellsOfItself() throws IOException {
        String id = field("server", "run_id") + "/" + field("replication", "master_replid");
        assertThat(OpenRedis.result(locks.authority("space")).incarnation().id())
                .isEqualTo(id);
        assertThat(acquire().incarnation().id()).isEqualTo(id);
        assertThat(OpenRedis.result(locks.perform(request(LockAction.RELEASE)))
                        .incarnation()
                        .id())
                .isEqualTo(id);
    }

    /** It is another process, whatever else of its life may be the same: so the connection is another one too. */
    @Test
    void aStepThatIsToldTheRunIdOfAnotherProcessIsInAnotherLife() throws IOException {
        acquire();
        String granted = "*6";
        String refusedForTheRecord = "*17";
        assertThat(acquireByHand(field("server", "run_id"))).as("the control").isEqualTo(granted);
        assertThat(acquireByHand("\"\"")).as("it asks for it").isEqualTo(granted);
        assertThat(acquireByHand("0".repeat(40))).isEqualTo(refusedForTheRecord);
    }

    private String acquireByHand(String runId) throws IOException {
        String digest = new String(LuaScript.LOCKS.digest(), UTF_8);
        return server.command(
                "EVALSHA",
                digest,
                "2",
                SPACE,
                LOCK,
                "A",
                "one",
                "30000",
                "\"" + TERMS.text() + "\"",
                "9999999999999",
                "0",
                "0",
                runId);
    }

    private String field(String section, String name) throws IOException {
        return server.text("INFO", section)
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    /** Such a server may have taken over other content, and does not end our connection for that. */
    @Test
    void aServerThatWasAReplicaMeanwhileIsInAnotherLife() throws IOException {
        assertThat(acquire().status()).isEqualTo(LockStatus.GRANTED);
        server.command("REPLICAOF", "127.0.0.1", "1");
        server.command("REPLICAOF", "NO", "ONE");
        assertThat(acquire().status()).isEqualTo(LockStatus.OTHER_LIFE);
    }

    @Test
    void aReplicaRefuses() throws IOException {
        server.command("REPLICAOF", "127.0.0.1", "1");
        LockRequest release = request(LockAction.RELEASE);
        OpenRedis.assertRefused(OpenRedis.failure(locks.perform(request(LockAction.ACQUIRE))));
        assertThat(OpenRedis.result(locks.perform(release)).status()).isEqualTo(LockStatus.NOT_HELD);
    }

    @Test
    void whatHasANewerFormatIsRefusedAndLeftAlone() throws IOException {
        server.command("SET", LOCK, "2-of-tomorrow");
        OpenRedis.assertRefused(OpenRedis.failure(locks.perform(request(LockAction.ACQUIRE))));
        OpenRedis.assertRefused(OpenRedis.failure(locks.perform(request(LockAction.RELEASE))));
        server.command("DEL", LOCK);
        assertThat(acquire().status()).isEqualTo(LockStatus.GRANTED);
        server.command("HSET", SPACE, "format", "2");
        OpenRedis.assertRefused(OpenRedis.failure(locks.perform(request(LockAction.ACQUIRE))));
        OpenRedis.assertRefused(OpenRedis.failure(locks.authority("space")));
        AuthorityReply other = OpenRedis.result(locks.authority("another space"));
        Authority next = new Authority(0, true, 9, 0, 0, 0, 0, Authority.NO_END, 0, TERMS, other.incarnation());
        OpenRedis.assertRefused(
                OpenRedis.failure(locks.compareAndSet("space", other.incarnation(), 1, next, ApplyRequest.NO_LIMIT)));
    }

    @Test
    void whatHasEndedIsRemovedByTheServerItself() throws IOException {
        assertThat(acquire().status()).isEqualTo(LockStatus.GRANTED);
        String left = server.command("PTTL", LOCK);
        assertThat(Long.parseLong(left.substring(1).strip())).isBetween(30_000L, 31_000L);
        assertThat(server.command("PTTL", SPACE)).as("the record stays").startsWith(":-1");
    }

    @Test
    void whatIsReleasedLeavesNothingBehind() throws IOException {
        acquire();
        assertThat(OpenRedis.result(locks.perform(request(LockAction.RELEASE))).status())
                .isEqualTo(LockStatus.RELEASED);
        assertThat(server.command("EXISTS", LOCK)).startsWith(":0");
    }

    @Test
    void aScriptThatTheServerHasForgottenIsToldAgain() throws IOException {
        acquire();
        server.command("SCRIPT", "FLUSH");
        LockReply again = acquire();
        assertThat(again.status()).isEqualTo(LockStatus.GRANTED);
        assertThat(again.token()).isEqualTo(new FencingToken(1, 0, 0).value());
        assertThat(again.authority()).isEqualTo(Optional.empty());
    }

    /** Those would be the first to go: their end is near. Seen by the next probe. */
    @Test
    void aServerThatMayEvictGrantsAndExtendsNothing() throws IOException {
        long token = acquire().token();
        server.command("CONFIG", "SET", "maxmemory", "100mb");
        redis.probe();
        assertThat(acquire().status()).as("it refuses when it is full").isEqualTo(LockStatus.GRANTED);

        server.command("CONFIG", "SET", "maxmemory-policy", "volatile-ttl");
        redis.probe();
        OpenRedis.assertRefused(OpenRedis.failure(locks.perform(request(LockAction.ACQUIRE))));
        OpenRedis.assertRefused(OpenRedis.failure(locks.perform(request(LockAction.RENEW, token))));
        OpenRedis.assertRefused(OpenRedis.failure(locks.authority("space")));
        assertThat(OpenRedis.result(locks.perform(request(LockAction.RELEASE))).status())
                .isEqualTo(LockStatus.RELEASED);

        server.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
        redis.probe();
        assertThat(acquire().status()).isEqualTo(LockStatus.GRANTED);
    }

    private LockReply acquire() {
        return OpenRedis.result(locks.perform(request(LockAction.ACQUIRE)));
    }

    private static LockRequest request(LockAction action) {
        return request(action, FencingToken.NONE);
    }

    private static LockRequest request(LockAction action, long token) {
        return new LockRequest(
                action, "space", "lock", "one", 30_000, TERMS, token, ApplyRequest.NO_LIMIT, OpenRedis.PATIENCE);
    }
}
