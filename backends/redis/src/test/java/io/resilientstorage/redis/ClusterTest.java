package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.failure;
import static io.resilientstorage.redis.OpenRedis.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.testkit.servers.RedisCluster;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A real Cluster: who is asked for what, and what is told when a node is gone. */
class ClusterTest {

    private static final int KEYS = 60;

    @Test
    void aBatchGoesToAllMastersAndItsAnswersStandInOrder() {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            Set<Incarnation> named = new HashSet<>();
            named.add(write(redis).incarnation());
            ReadReply reply = read(redis);
            named.add(reply.incarnation());
            for (int i = 0; i < KEYS; i++) {
                assertThat(reply.answers().get(i))
                        .isInstanceOfSatisfying(
                                ReadAnswer.Hit.class,
                                hit -> assertThat(hit.record().key().key()).startsWith("key"));
                assertThat(((ReadAnswer.Hit) reply.answers().get(i)).record().key())
                        .isEqualTo(redis.key("key" + i));
                named.add(result(redis.readLater("key" + i, OpenRedis.PATIENCE)).incarnation());
            }
            named.add(redis.probe().incarnation());
            assertThat(named).as("whichever node answers, the life is the same").hasSize(1);
            for (RedisProcess node : cluster.nodes()) {
                assertThat(size(node)).as("each has a part").isPositive();
            }
        }
    }

    /** Often, because what has to hold is that no order in which the links come up ends the wait too early. */
    @Test
    void theFirstProbeWaitsForAllMasters() {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3)) {
            for (int opening = 1; opening <= 200; opening++) {
                try (OpenRedis redis = OpenRedis.open(RedisBackend.builder(cluster.url()))) {
                    assertThat(result(redis.backend.probe(OpenRedis.PATIENCE)).degraded())
                            .as("opening %s", opening)
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void aNodeThatIsKilledIsReplacedByItsReplicaUnderAnotherIncarnation() {
        try (RedisCluster cluster = RedisCluster.start("--cluster-require-full-coverage", "no");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            Incarnation before = write(redis).incarnation();
            awaitReplicated(cluster);
            RedisProcess lost = cluster.nodes().get(1);
            RecordKey there = keyAt(redis, cluster, lost);
            RecordKey elsewhere = keyAt(redis, cluster, cluster.nodes().get(0));
            lost.kill();

            BackendException failure = awaitFailureOf(redis, there);
            assertThat(failure).hasMessageContaining("127.0.0.1:" + lost.port());
            assertThat(failure.outcomeKnown()).isTrue();
            ReadReply other = result(redis.backend.read(new ReadRequest(List.of(elsewhere), 0, OpenRedis.PATIENCE)));
            assertThat(other.incarnation()).as("that of the others stays").isEqualTo(before);
            ProbeReply degraded = redis.probe();
            assertThat(degraded.degraded().orElse("")).contains("the shard at 127.0.0.1:" + lost.port());
            assertThat(degraded.incarnation()).isEqualTo(before);

            cluster.awaitMasterOtherThan(lost, slot(there));
            awaitWhole(redis);
            ReadReply after = read(redis);
            assertThat(after.answers()).allMatch(ReadAnswer.Hit.class::isInstance);
            assertThat(after.incarnation()).isNotEqualTo(before);
            assertThat(redis.probe().incarnation()).isEqualTo(after.incarnation());
        }
    }

    @Test
    void aNodeThatIsStartedAgainIsAnotherLifeAndOneThatLostItsConnectionIsNot() throws Exception {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3, "--appendonly", "yes");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            Incarnation before = write(redis).incarnation();
            RedisProcess node = cluster.nodes().get(2);
            node.command("CLIENT", "KILL", "TYPE", "normal");
            awaitWhole(redis);
            assertThat(read(redis).incarnation()).isEqualTo(before);
            node.kill();
            node.restart();
            awaitWhole(redis);
            await().atMost(OpenRedis.PATIENCE)
                    .until(() -> !redis.probe().incarnation().equals(before));
            assertThat(read(redis).incarnation()).isNotEqualTo(before);
        }
    }

    @Test
    void aNodeThatHangsIsLeftOutOfTheWayOfTheOthers() {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3, "--cluster-require-full-coverage", "no");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            write(redis);
            RedisProcess hung = cluster.nodes().get(0);
            RecordKey there = keyAt(redis, cluster, hung);
            RecordKey elsewhere = keyAt(redis, cluster, cluster.nodes().get(1));
            hung.pause();
            try {
                BackendException first =
                        failure(redis.backend.read(new ReadRequest(List.of(there), 0, OpenRedis.ATTEMPT)));
                assertThat(first.outcomeKnown()).isFalse();
                awaitFailureOf(redis, there, "out of reach");
                assertThat(result(redis.backend.read(new ReadRequest(List.of(elsewhere), 0, OpenRedis.PATIENCE)))
                                .answers()
                                .get(0))
                        .isInstanceOf(ReadAnswer.Hit.class);
            } finally {
                hung.resume();
            }
            awaitWhole(redis);
        }
    }

    @Test
    void aNodeThatHangsIsToldOfBeforeTheTimeOfTheProbeIsOver() {
        Duration allowed = Duration.ofSeconds(2);
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3, "--cluster-require-full-coverage", "no");
                OpenRedis redis =
                        OpenRedis.connected(RedisBackend.builder(cluster.url()).attemptTimeout(OpenRedis.PATIENCE))) {
            RedisProcess hung = cluster.nodes().get(0);
            hung.pause();
            try {
                long before = redis.time.clock().nanos();
                ProbeReply reply = result(redis.backend.probe(allowed));
                assertThat(Duration.ofNanos(redis.time.clock().nanos() - before))
                        .isLessThan(allowed);
                assertThat(reply.degraded().orElse("")).contains("the shard at 127.0.0.1:" + hung.port());
            } finally {
                hung.resume();
            }
        }
    }

    @Test
    void aBatchOfWhichAPartIsOutOfReachIsNotSentAtAll() {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3, "--cluster-require-full-coverage", "no");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            RedisProcess lost = cluster.nodes().get(1);
            RecordKey there = keyAt(redis, cluster, lost);
            lost.kill();
            awaitFailureOf(redis, there, "out of reach");
            BackendException failure = failure(writeLater(redis));
            assertThat(failure.outcomeKnown()).isTrue();
            assertThat(size(cluster.nodes().get(0))).isZero();
            assertThat(size(cluster.nodes().get(2))).isZero();
        }
    }

    @Test
    void aBatchOfWhichAPartFindsNoRoomIsRefusedAndNotSentAtAll() {
        int queue = 20;
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3, "--cluster-require-full-coverage", "no");
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url())
                        .requestQueueSize(queue)
                        .attemptTimeout(OpenRedis.PATIENCE))) {
            awaitWhole(redis);
            RedisProcess busy = cluster.nodes().get(0);
            ReadRequest there = new ReadRequest(List.of(keyAt(redis, cluster, busy)), 0, OpenRedis.PATIENCE);
            busy.pause();
            try {
                List<CompletionStage<ReadReply>> underWay = Stream.generate(() -> redis.backend.read(there))
                        .limit(queue)
                        .toList();
                BackendException failure = failure(writeLater(redis));
                assertThat(failure.kind()).isEqualTo(BackendException.Kind.OVERLOADED);
                assertThat(failure.outcomeKnown()).isTrue();
                busy.resume();
                underWay.forEach(OpenRedis::result);
            } finally {
                busy.resume();
            }
            for (RedisProcess node : cluster.nodes()) {
                assertThat(size(node)).isZero();
            }
        }
    }

    @Test
    void nodesOfTheUrlThatAreDeadDoNotStandInTheWay() {
        try (RedisCluster cluster = RedisCluster.start()) {
            cluster.nodes().get(0).kill();
            cluster.awaitMasterOtherThan(cluster.nodes().get(0), 0);
            try (OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
                awaitWhole(redis);
                assertThat(write(redis).results()).allMatch(each -> each.status() == ApplyStatus.APPLIED);
            }
        }
    }

    @Test
    void aServerThatIsNoClusterIsToldSo() {
        try (RedisProcess single = RedisProcess.start();
                OpenRedis redis = OpenRedis.open(RedisBackend.builder("redis-cluster://127.0.0.1:" + single.port()))) {
            assertThat(redis.awaitFailure("cluster support disabled").outcomeKnown())
                    .isTrue();
        }
    }

    static ApplyReply write(OpenRedis redis) {
        return result(writeLater(redis));
    }

    private static CompletionStage<ApplyReply> writeLater(OpenRedis redis) {
        List<Change> changes = IntStream.range(0, KEYS)
                .mapToObj(i -> Change.of(redis.live("key" + i, "value")))
                .toList();
        return redis.backend.apply(
                new ApplyRequest(ApplyKind.DIRECT, changes, 0, ApplyRequest.NO_LIMIT, OpenRedis.PATIENCE));
    }

    static ReadReply read(OpenRedis redis) {
        List<RecordKey> keys =
                IntStream.range(0, KEYS).mapToObj(i -> redis.key("key" + i)).toList();
        return result(redis.backend.read(new ReadRequest(keys, 0, OpenRedis.PATIENCE)));
    }

    static void awaitWhole(OpenRedis redis) {
        await().atMost(OpenRedis.PATIENCE)
                .ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> redis.probe().degraded().isEmpty());
    }

    static int slot(RecordKey key) {
        return SlotTag.of(key).slot();
    }

    /** A key that a node has. */
    static RecordKey keyAt(OpenRedis redis, RedisCluster cluster, RedisProcess node) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> redis.key("key" + i))
                .filter(key -> cluster.masterOf(slot(key)).orElseThrow() == node)
                .findFirst()
                .orElseThrow();
    }

    private static BackendException awaitFailureOf(OpenRedis redis, RecordKey key) {
        return awaitFailureOf(redis, key, "127.0.0.1");
    }

    private static BackendException awaitFailureOf(OpenRedis redis, RecordKey key, String text) {
        return await().atMost(OpenRedis.PATIENCE)
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .until(
                        () -> failure(redis.backend.read(new ReadRequest(List.of(key), 0, OpenRedis.ATTEMPT))),
                        failure -> String.valueOf(failure.getMessage()).contains(text));
    }

    private static void awaitReplicated(RedisCluster cluster) {
        for (int i = 0; i < 3; i++) {
            RedisProcess master = cluster.nodes().get(i);
            RedisProcess replica = cluster.nodes().get(3 + i);
            await().atMost(OpenRedis.PATIENCE).until(() -> size(master) == size(replica));
        }
    }

    static long size(RedisProcess node) {
        try {
            return Long.parseLong(node.command("DBSIZE").substring(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
