package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertRefused;
import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static io.resilientstorage.redis.OpenRedis.failure;
import static io.resilientstorage.redis.OpenRedis.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.testkit.servers.RedisProcess;
import io.resilientstorage.testkit.servers.RedisSentinels;
import io.resilientstorage.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A master that sentinels name: real ones, which promote a replica when the master is gone. */
class SentinelTest {

    private static final String SECRET = "s3cr3t";

    @Test
    void aReplicaThatIsPromotedTakesOverUnderAnotherIncarnation() {
        try (RedisSentinels servers = RedisSentinels.start(2);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(servers.url()))) {
            Incarnation before = redis.probe().incarnation();
            assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
            RedisProcess former = servers.servers().get(0);
            awaitReplicated(servers);
            former.kill();

            assertUnreachable(redis.awaitFailure("there is no connection"));
            servers.awaitMasterOtherThan(former);
            redis.awaitConnected();

            assertThat(redis.read("key")).isInstanceOf(ReadAnswer.Hit.class);
            assertThat(redis.apply(redis.live("key", "newer")).status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(redis.probe().incarnation()).isNotEqualTo(before);
        }
    }

    @Test
    void aMasterThatWorksAndIsReplacedIsLeft() throws IOException {
        try (RedisSentinels servers = RedisSentinels.start(1);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(servers.url()))) {
            Incarnation before = redis.probe().incarnation();
            RedisProcess former = servers.servers().get(0);
            servers.promote();
            servers.awaitMasterOtherThan(former);
            await().atMost(OpenRedis.PATIENCE)
                    .ignoreExceptionsInstanceOf(BackendException.class)
                    .untilAsserted(() -> {
                        assertThat(redis.probe().incarnation()).isNotEqualTo(before);
                        assertThat(redis.probe().degraded()).isEmpty();
                        assertThat(redis.apply(redis.live("key", "value")).status())
                                .isEqualTo(ApplyStatus.APPLIED);
                    });
        }
    }

    @Test
    void aMasterThatBecomesAReplicaIsLeftAtTheFirstRefusal() throws IOException {
        try (RedisSentinels servers = RedisSentinels.startPatient(1);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(servers.url()))) {
            RedisProcess master = servers.servers().get(0);
            int other = servers.servers().get(1).port();
            master.command("REPLICAOF", "127.0.0.1", Integer.toString(other));

            assertRefused(failure(redis.applyLater(redis.live("key", "value"))));
            // Nobody else is there yet, and this one is not used again as long as it is no master.
            assertUnreachable(redis.awaitFailure("says itself that it is no master"));

            master.command("REPLICAOF", "NO", "ONE");
            redis.awaitConnected();
            assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    @Test
    void sentinelsThatAreDeadOrHungDoNotStandInTheWay() {
        try (RedisSentinels servers = RedisSentinels.start(1)) {
            servers.sentinels().get(0).kill();
            servers.sentinels().get(1).pause();
            try (OpenRedis redis = OpenRedis.connected(RedisBackend.builder(servers.url()))) {
                assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
            } finally {
                servers.sentinels().get(1).resume();
            }
        }
    }

    @Test
    void aServerThatServesIsKeptWhileAllSentinelsAreGone() {
        try (RedisSentinels servers = RedisSentinels.start(1);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(servers.url()))) {
            servers.sentinels().forEach(RedisProcess::kill);
            for (int i = 0; i < 5; i++) {
                assertThat(redis.probe().degraded()).isEmpty();
                assertThat(redis.apply(redis.live("key" + i, "value")).status()).isEqualTo(ApplyStatus.APPLIED);
            }
        }
    }

    @Test
    void aNameThatNoSentinelKnowsIsTold() {
        try (RedisSentinels servers = RedisSentinels.start(0);
                OpenRedis redis = OpenRedis.open(
                        RedisBackend.builder("redis-sentinel://" + servers.hosts() + "?sentinelMasterId=other"))) {
            BackendException failure = redis.awaitFailure("it knows no master 'other'");
            assertUnreachable(failure);
            assertThat(failure)
                    .hasMessageContaining(
                            "127.0.0.1:" + servers.sentinels().get(2).port());
        }
    }

    @Test
    void aServerThatIsNoMasterIsNotUsedWhoeverNamesIt() throws IOException {
        try (RedisProcess master = RedisProcess.start();
                RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1", Integer.toString(master.port()));
                RedisProcess sentinel = RedisProcess.startSentinel("sentinel monitor wrong 127.0.0.1 " + replica.port()
                        + " 1\n" + "sentinel monitor right 127.0.0.1 " + master.port() + " 1\n")) {
            String url = "redis-sentinel://127.0.0.1:" + sentinel.port() + "?sentinelMasterId=";
            try (OpenRedis redis = OpenRedis.open(RedisBackend.builder(url + "wrong"))) {
                assertUnreachable(redis.awaitFailure("says itself that it is no master"));
            }
            try (OpenRedis redis = OpenRedis.connected(RedisBackend.builder(url + "right"))) {
                assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
            }
        }
    }

    @Test
    void aLinkIsComparedWithItsOwnServerWhateverWasConnectedToAfterIt() throws IOException {
        try (RedisProcess one = RedisProcess.start();
                RedisProcess two = RedisProcess.start();
                RedisProcess sentinel =
                        RedisProcess.startSentinel("sentinel monitor m 127.0.0.1 " + one.port() + " 1\n");
                Time time = Time.system()) {
            RedisSettings settings = RedisSettings.of(new BackendSettings(
                    "sentinel",
                    "redis-sentinel://127.0.0.1:" + sentinel.port() + "?sentinelMasterId=m",
                    Optional.empty(),
                    Optional.empty(),
                    1,
                    true,
                    OpenRedis.ATTEMPT,
                    Optional.empty(),
                    Map.of()));
            SentinelConnector connector = new SentinelConnector(settings, new Connections(settings, time));
            try {
                Link toOne = result(connector.connect());
                sentinel.command("SENTINEL", "REMOVE", "m");
                sentinel.command("SENTINEL", "MONITOR", "m", "127.0.0.1", Integer.toString(two.port()), "1");
                Link toTwo = result(connector.connect());
                CompletableFuture<String> endOfOne = new CompletableFuture<>();
                toOne.whenOver(endOfOne::complete);
                CompletableFuture<String> endOfTwo = new CompletableFuture<>();
                toTwo.whenOver(endOfTwo::complete);

                connector.verify(toTwo);
                connector.verify(toOne);

                assertThat(result(endOfOne)).contains("127.0.0.1:" + two.port());
                assertThat(endOfTwo).isNotDone();
            } finally {
                connector.close(Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void sentinelsMayAskForALoginOfTheirOwn() {
        try (RedisSentinels servers = RedisSentinels.startWithPassword(SECRET)) {
            try (OpenRedis redis =
                    OpenRedis.connected(RedisBackend.builder(servers.url()).sentinelPassword(SECRET))) {
                assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
                assertThat(redis.backend.toString()).doesNotContain(SECRET);
            }
            try (OpenRedis redis = OpenRedis.open(RedisBackend.builder(servers.url()))) {
                assertUnreachable(redis.awaitFailure("NOAUTH"));
            }
            try (OpenRedis redis =
                    OpenRedis.open(RedisBackend.builder(servers.url()).sentinelPassword("not-" + SECRET))) {
                assertThat(redis.awaitFailure("WRONGPASS")).hasMessageNotContaining(SECRET);
            }
        }
    }

    private static void awaitReplicated(RedisSentinels servers) {
        await().atMost(OpenRedis.PATIENCE)
                .until(() -> servers.servers().stream()
                        .allMatch(server ->
                                size(server).equals(size(servers.servers().get(0)))));
    }

    private static String size(RedisProcess server) {
        try {
            return server.command("DBSIZE");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
