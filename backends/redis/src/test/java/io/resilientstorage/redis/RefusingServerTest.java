package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertRefused;
import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static io.resilientstorage.redis.OpenRedis.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that answer, and do not do what they are asked. */
class RefusingServerTest {

    @Test
    void aServerOutOfMemoryRefusesWritesAndIsDegradedAndStoresNothing() throws IOException {
        try (RedisProcess server = RedisProcess.start("--maxmemory-policy", "noeviction");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            VersionedRecord before = redis.live("before", "value");
            redis.apply(before);
            server.command("CONFIG", "SET", "maxmemory", "1");
            Change hinted = new Change(redis.live("key", "value"), Condition.none(), Set.of("other"));
            assertRefused(failure(redis.applyLater(redis.live("key", "value"))));
            assertThat(catchFailure(() -> redis.apply(hinted)).getMessage()).contains("OOM");
            assertDegraded(redis.probe(), "OOM");
            assertThat(redis.read("before")).isEqualTo(new ReadAnswer.Hit(before));
            server.command("CONFIG", "SET", "maxmemory", "0");
            assertThat(redis.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
            assertThat(OpenRedis.result(redis.backend.hints().orElseThrow().summary("other")))
                    .as("no hint without its record")
                    .isEqualTo(new HintSummary(0, 0, 0));
            assertThat(redis.probe().degraded()).isEmpty();
            assertThat(redis.apply(hinted).status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    /** It may have, before it was started again with what was left; its counter begins at zero then. */
    @Test
    void theMissesOfAServerThatMayEvictAreNotBelieved() {
        try (RedisProcess server = RedisProcess.start("--maxmemory-policy", "volatile-lru", "--maxmemory", "100mb");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            redis.warm();
            assertThat(redis.missTrust("key")).isEqualTo(MissTrust.EVICTED);
        }
    }

    @Test
    void aServerThatEvictsSaysSoFromTheNextProbeOn() throws IOException {
        try (RedisProcess server = RedisProcess.start("--maxmemory-policy", "allkeys-random");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            redis.apply(redis.live("key", "value"));
            redis.warm();
            assertThat(redis.missTrust("other")).isEqualTo(MissTrust.BELIEVED);

            server.command("CONFIG", "SET", "maxmemory", "1");
            server.command("CONFIG", "SET", "maxmemory", "0");
            redis.probe();

            assertThat(redis.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
            assertThat(redis.missTrust("key")).as("the sentinel is gone too").isEqualTo(MissTrust.COLD);
            redis.warm();
            assertThat(redis.missTrust("key")).isEqualTo(MissTrust.EVICTED);
        }
    }

    @Test
    void aReplicaRefusesWritesAndIsDegradedAndAPromotionIsANewLifeOfTheSameConnection() throws IOException {
        try (RedisProcess primary = RedisProcess.start();
                RedisProcess replica =
                        RedisProcess.start("--replicaof", "127.0.0.1", Integer.toString(primary.port()));
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(replica.url()))) {
            await().atMost(OpenRedis.PATIENCE)
                    .until(() -> replica.command("GET", "any").startsWith("$"));
            assertRefused(failure(redis.applyLater(redis.live("key", "value"))));
            assertDegraded(redis.probe(), "READONLY");
            Incarnation before = redis.probe().incarnation();
            replica.command("REPLICAOF", "NO", "ONE");
            ProbeReply promoted = redis.probe();
            assertThat(promoted.degraded()).isEmpty();
            assertThat(promoted.incarnation()).isNotEqualTo(before);
            assertThat(OpenRedis.result(redis.applyLater(redis.live("key", "value")))
                            .incarnation())
                    .isEqualTo(promoted.incarnation());
        }
    }

    @Test
    void aReplicaThatTakesWritesIsDegraded() throws IOException {
        try (RedisProcess primary = RedisProcess.start();
                RedisProcess replica = RedisProcess.start(
                        "--replicaof", "127.0.0.1", Integer.toString(primary.port()), "--replica-read-only", "no");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(replica.url()))) {
            assertDegraded(redis.probe(), "replica");
        }
    }

    @Test
    void aReplicaThatLostItsPrimaryAndServesNoStaleDataIsUnavailable() {
        try (RedisProcess primary = RedisProcess.start();
                RedisProcess replica = RedisProcess.start(
                        "--replicaof",
                        "127.0.0.1",
                        Integer.toString(primary.port()),
                        "--replica-serve-stale-data",
                        "no")) {
            primary.kill();
            try (OpenRedis redis = OpenRedis.open(RedisBackend.builder(replica.url()))) {
                redis.awaitFailure("MASTERDOWN");
                assertUnreachable(failure(redis.readLater("key", OpenRedis.PATIENCE)));
                assertUnreachable(failure(redis.applyLater(redis.live("key", "value"))));
                assertUnreachable(failure(redis.backend.probe(OpenRedis.PATIENCE)));
            }
        }
    }

    @Test
    void aServerThatCannotSaveRefusesWrites(@TempDir Path folder) throws IOException {
        try (RedisProcess server = RedisProcess.start("--save", "3600", "1", "--dir", folder.toString());
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            redis.apply(redis.live("key", "value"));
            // A snapshot cannot take the place of a folder that is not empty.
            Files.createDirectories(folder.resolve("dump.rdb").resolve("in-the-way"));
            server.command("BGSAVE");
            await().atMost(OpenRedis.PATIENCE)
                    .until(() -> redis.probe().degraded().isPresent());
            assertDegraded(redis.probe(), "MISCONF");
            assertRefused(failure(redis.applyLater(redis.live("key", "value"))));
            assertThat(redis.read("key")).isInstanceOf(ReadAnswer.Hit.class);
        }
    }

    @Test
    void aServerBusyWithAScriptIsUnavailableAndTheOutcomeIsKnown() throws IOException {
        try (RedisProcess server = RedisProcess.start("--lua-time-limit", "50");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            CompletableFuture<String> endless = CompletableFuture.supplyAsync(() -> evalEndless(server));
            await().atMost(OpenRedis.PATIENCE)
                    .until(() -> server.command("PING").startsWith("-BUSY"));
            assertUnreachable(failure(redis.applyLater(redis.live("key", "value"))));
            assertUnreachable(failure(redis.readLater("key", OpenRedis.PATIENCE)));
            server.command("SCRIPT", "KILL");
            assertThat(endless.join()).contains("killed");
            redis.awaitConnected();
            assertThat(redis.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
        }
    }

    @Test
    void aServerThatForgotItsScriptsIsToldThemAgain() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            for (int i = 0; i < 3; i++) {
                server.command("SCRIPT", "FLUSH");
                assertThat(redis.apply(redis.live("key", "value " + i)).status())
                        .isEqualTo(ApplyStatus.APPLIED);
                assertThat(redis.read("key")).isInstanceOf(ReadAnswer.Hit.class);
            }
        }
    }

    @Test
    void aKeyOfAnotherTypeIsUnreadableAndLeftAlone() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            String place = new String(PhysicalKey.ofRecord(redis.key("list"), 0), UTF_8);
            server.command("RPUSH", place, "element");
            assertThat(redis.read("list")).isInstanceOf(ReadAnswer.Unreadable.class);
            assertThat(redis.apply(redis.live("list", "value")).status()).isEqualTo(ApplyStatus.UNREADABLE);
            assertThat(server.command("LLEN", place)).isEqualTo(":1");
        }
    }

    @Test
    void aForeignValueEndsByItsOwnExpiry() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            String place = new String(PhysicalKey.ofRecord(redis.key("foreign"), 0), UTF_8);
            server.command("SET", place, "theirs", "PX", "60000");
            ReadAnswer.Hit hit = (ReadAnswer.Hit) redis.read("foreign");
            long serverMillis = redis.probe().serverMillis().orElseThrow();
            assertThat(hit.record().version()).isEqualTo(Version.NONE);
            assertThat(hit.record().expiresAt()).isBetween(serverMillis + 50_000, serverMillis + 60_010);
        }
    }

    private static String evalEndless(RedisProcess server) {
        try {
            return server.command("EVAL", "\"while true do end\"", "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertDegraded(ProbeReply reply, String reason) {
        assertThat(reply.degraded()).hasValueSatisfying(text -> assertThat(text).contains(reason));
        assertThat(reply.serverMillis()).isPresent();
    }

    private static BackendException catchFailure(Runnable work) {
        try {
            work.run();
        } catch (BackendException e) {
            return e;
        }
        throw new AssertionError("did not fail");
    }
}
