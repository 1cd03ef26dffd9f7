package io.resilientstorage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.backend.ReleaseWatch;
import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.RedisCluster;
import io.resilientstorage.testkit.servers.RedisProcess;
import io.resilientstorage.testkit.servers.RedisSentinels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Hearing of locks that others release. */
class ReleasesTest {

    private static final LockTerms TERMS = new LockTerms("SINGLE", 60_000, false);
    private static final String SECRET = "s3cr3t";

    /** One who hears. */
    private static final class Heard implements ReleaseWatch.Listener, AutoCloseable {

        private final ReleaseWatch watch;
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();
        private final List<String> names = new CopyOnWriteArrayList<>();

        Heard(OpenRedis redis, String space) {
            watch = locks(redis).watchReleases(space, this).orElseThrow();
        }

        Heard awaitBegun(int times) {
            await().atMost(OpenRedis.PATIENCE).until(() -> begun.get() >= times);
            return this;
        }

        Heard awaitEnded() {
            await().atMost(OpenRedis.PATIENCE).until(() -> ended.get() > 0);
            return this;
        }

        void awaitNames(String... expected) {
            await().atMost(OpenRedis.PATIENCE)
                    .untilAsserted(() -> assertThat(names).containsExactly(expected));
        }

        @Override
        public void begun() {
            begun.incrementAndGet();
        }

        @Override
        public void released(String name) {
            names.add(name);
        }

        @Override
        public void ended() {
            ended.incrementAndGet();
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    private static LockStore locks(OpenRedis redis) {
        return redis.backend.locks().orElseThrow();
    }

    private static void begin(OpenRedis redis, String space) {
        AuthorityReply found = OpenRedis.result(locks(redis).authority(space));
        long revision = found.authority().map(Authority::revision).orElse(0L);
        long epoch = found.authority().map(Authority::floor).orElse(0L) + 1;
        Authority next = new Authority(0, true, epoch, 0, 0, 0, 0, Authority.NO_END, 0, TERMS, found.incarnation());
        assertThat(OpenRedis.result(
                        locks(redis).compareAndSet(space, found.incarnation(), revision, next, ApplyRequest.NO_LIMIT)))
                .isTrue();
    }

    private static LockStatus perform(OpenRedis redis, LockAction action, String space, String name) {
        return OpenRedis.result(locks(redis)
                        .perform(new LockRequest(
                                action,
                                space,
                                name,
                                "one",
                                30_000,
                                TERMS,
                                FencingToken.NONE,
                                ApplyRequest.NO_LIMIT,
                                OpenRedis.PATIENCE)))
                .status();
    }

    private static void acquireAndRelease(OpenRedis redis, String space, String name) {
        assertThat(perform(redis, LockAction.ACQUIRE, space, name)).isEqualTo(LockStatus.GRANTED);
        assertThat(perform(redis, LockAction.RELEASE, space, name)).isEqualTo(LockStatus.RELEASED);
    }

    private static long listening(RedisProcess server) {
        try {
            return server.text("CLIENT", "LIST", "TYPE", "pubsub").lines().count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitListening(RedisProcess server, long connections) {
        await().atMost(OpenRedis.PATIENCE).until(() -> listening(server) == connections);
    }

    @Test
    void whatAnotherReleasesInThisSpaceIsTold() {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()));
                OpenRedis other = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            begin(redis, "space");
            begin(redis, "spaces");
            try (Heard heard = new Heard(redis, "space").awaitBegun(1)) {
                acquireAndRelease(other, "spaces", "elsewhere");
                assertThat(perform(other, LockAction.RELEASE, "space", "not held"))
                        .isEqualTo(LockStatus.NOT_HELD);
                acquireAndRelease(other, "space", "job:{1} \u00e9\u6f22");
                acquireAndRelease(redis, "space", "own");
                heard.awaitNames("job:{1} \u00e9\u6f22", "own");
            }
        }
    }

    @Test
    void oneConnectionServesAllSpacesAndIsThereOnlyWhileSomebodyListens() {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            begin(redis, "one");
            begin(redis, "two");
            acquireAndRelease(redis, "one", "job");
            assertThat(listening(server)).isZero();
            Heard first = new Heard(redis, "one");
            Heard second = new Heard(redis, "two");
            Heard third = new Heard(redis, "two");
            List.of(first, second, third).forEach(heard -> heard.awaitBegun(1));
            assertThat(listening(server)).isEqualTo(1);

            first.close();
            second.close();
            acquireAndRelease(redis, "one", "job");
            acquireAndRelease(redis, "two", "job");
            third.awaitNames("job");
            assertThat(first.names).isEmpty();
            assertThat(second.names).isEmpty();
            assertThat(listening(server)).isEqualTo(1);
            third.close();
            third.close();
            awaitListening(server, 0);

            try (Heard again = new Heard(redis, "one").awaitBegun(1)) {
                acquireAndRelease(redis, "one", "job");
                again.awaitNames("job");
            }
            awaitListening(server, 0);
        }
    }

    @Test
    void aConnectionThatIsKilledIsMadeAgainAndThatIsTold() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            begin(redis, "space");
            try (Heard heard = new Heard(redis, "space").awaitBegun(1)) {
                for (int i = 1; i <= 3; i++) {
                    server.command("CLIENT", "KILL", "TYPE", "pubsub");
                    heard.awaitEnded().awaitBegun(i + 1);
                    assertThat(heard.ended).hasValue(i);
                }
                acquireAndRelease(redis, "space", "job");
                heard.awaitNames("job");
            }
        }
    }

    @Test
    void aServerThatStartsAgainIsListenedToAgain() {
        try (RedisProcess server = RedisProcess.start("--appendonly", "yes");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            try (Heard heard = new Heard(redis, "space").awaitBegun(1)) {
                server.kill();
                heard.awaitEnded();
                server.restart();
                heard.awaitBegun(2);
                redis.awaitConnected();
                begin(redis, "space");
                acquireAndRelease(redis, "space", "job");
                heard.awaitNames("job");
            }
        }
    }

    /** Nobody ends such a connection but who has asked over it in vain. */
    @Test
    void aConnectionOnWhichNothingArrivesIsGivenUp() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                FaultyProxy proxy = FaultyProxy.to(server.port());
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder("redis://127.0.0.1:" + proxy.port()))) {
            try (Heard heard = new Heard(redis, "space").awaitBegun(1)) {
                proxy.inject(NetworkFault.repliesDropped());
                heard.awaitEnded();
                proxy.heal();
                heard.awaitBegun(2);
            }
        }
    }

    @Test
    void whoMayNotListenIsToldOnceAndCanStillRelease() throws IOException {
        for (String missing : List.of("resetchannels", "-subscribe")) {
            try (RedisProcess server = RedisProcess.start()) {
                user(server, missing);
                try (OpenRedis redis = OpenRedis.connected(
                        RedisBackend.builder(server.url()).username("app").password(SECRET))) {
                    assertIsRefusedOnce(redis, "NOPERM");
                }
            }
        }
    }

    @Test
    void whoMayNotPublishCanStillRelease() throws IOException {
        try (RedisProcess server = RedisProcess.start()) {
            user(server, "-publish");
            try (OpenRedis redis = OpenRedis.connected(
                    RedisBackend.builder(server.url()).username("app").password(SECRET))) {
                begin(redis, "space");
                try (Heard heard = new Heard(redis, "space").awaitBegun(1)) {
                    acquireAndRelease(redis, "space", "job");
                    server.command("PUBLISH", "rs:!lockspace:{e0}:space", "no_lock");
                    server.command("PUBLISH", "rs:!lockspace:{e0}:space", "rs:!lock:{e0}:space:foreign");
                    heard.awaitNames("foreign");
                }
            }
        }
    }

    private static void user(RedisProcess server, String missing) throws IOException {
        server.command(
                "ACL",
                "SETUSER",
                "app",
                "on",
                ">" + SECRET,
                "~rs:*",
                "+@all",
                "-@dangerous",
                "+info",
                "resetchannels",
                "\"&rs:*\"",
                missing);
    }

    @Test
    void aServerThatDoesNotKnowTheCommandIsAskedOnceAndThatIsSaid() {
        try (RedisProcess server = RedisProcess.start("--rename-command", "SUBSCRIBE", "ANOTHER_NAME");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            assertIsRefusedOnce(redis, "unknown command");
        }
    }

    private static void assertIsRefusedOnce(OpenRedis redis, String why) {
        Logger logger = (Logger) LoggerFactory.getLogger(Releases.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        logger.addAppender(log);
        begin(redis, "space");
        try {
            try (Heard heard = new Heard(redis, "space")) {
                await().atMost(OpenRedis.PATIENCE).until(() -> !log.list.isEmpty());
                acquireAndRelease(redis, "space", "job");
                assertThat(heard.begun).hasValue(0);
                assertThat(heard.names).isEmpty();
            }
            try (Heard again = new Heard(redis, "space")) {
                acquireAndRelease(redis, "space", "job");
                assertThat(again.begun).hasValue(0);
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage()).contains("redis", why).doesNotContain("lockspace");
        });
    }

    @Test
    void inAClusterItIsToldWhereverTheSpaceIs() {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()));
                OpenRedis other = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            List<Heard> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                begin(redis, "space" + i);
                all.add(new Heard(redis, "space" + i));
            }
            all.forEach(heard -> heard.awaitBegun(1));
            long connections =
                    cluster.nodes().stream().mapToLong(ReleasesTest::listening).sum();
            assertThat(connections).isEqualTo(1);
            for (int i = 0; i < 12; i++) {
                acquireAndRelease(other, "space" + i, "job" + i);
                all.get(i).awaitNames("job" + i);
            }
            all.forEach(Heard::close);
        }
    }

    @Test
    void afterAPromotionTheNewMasterIsListenedTo() throws IOException {
        try (RedisSentinels servers = RedisSentinels.start(1);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(servers.url()))) {
            RedisProcess former = servers.servers().get(0);
            try (Heard heard = new Heard(redis, "space").awaitBegun(1)) {
                servers.promote();
                RedisProcess master = servers.awaitMasterOtherThan(former);
                await().atMost(OpenRedis.PATIENCE)
                        .ignoreExceptions()
                        .until(() -> redis.probe() != null
                                && master.command("PUBSUB", "CHANNELS", "rs:*").equals("*1"));
                await().atMost(OpenRedis.PATIENCE).until(() -> heard.begun.get() > heard.ended.get());
                begin(redis, "space");
                acquireAndRelease(redis, "space", "job");
                await().atMost(OpenRedis.PATIENCE).until(() -> heard.names.contains("job"));
            }
        }
    }
}
