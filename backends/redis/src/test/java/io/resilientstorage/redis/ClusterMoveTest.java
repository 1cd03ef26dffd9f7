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
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisCluster;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A slot with records moves from one master of a real Cluster to another while calls run. */
class ClusterMoveTest {

    private static final int KEYS = 40;
    private static final int THREADS = 4;
    private static final int MOST_CALLS = 2_000_000;

    private RedisCluster cluster;
    private OpenRedis redis;
    private RedisProcess from;
    private RedisProcess to;
    private int slot;
    private List<RecordKey> keys;

    @BeforeEach
    void start() {
        cluster = RedisCluster.startWithoutReplicas(2);
        redis = OpenRedis.connected(RedisBackend.builder(cluster.url()));
        SlotTag tag = SlotTag.of(redis.key("first"));
        slot = tag.slot();
        from = cluster.masterOf(slot).orElseThrow();
        to = cluster.nodes().stream().filter(node -> node != from).findFirst().orElseThrow();
        keys = Stream.iterate(0, i -> i + 1)
                .map(i -> redis.key("key" + i))
                .filter(key -> SlotTag.of(key).equals(tag))
                .limit(KEYS)
                .toList();
    }

    @AfterEach
    void end() {
        redis.close();
        cluster.close();
    }

    @Test
    void aMissIsAnsweredWhileItsSlotMovesAndIsBelievedAfterwards() throws Exception {
        String absent = keys.get(0).key();
        String alsoAbsent = keys.get(1).key();
        redis.warm();
        assertThat(redis.missTrust(absent)).isEqualTo(MissTrust.BELIEVED);
        cluster.beginMove(slot, from, to);
        assertThat(redis.missTrust(absent)).isEqualTo(MissTrust.COLD);
        assertThat(redis.missTrust(absent, alsoAbsent)).isEqualTo(MissTrust.COLD);
        cluster.moveKeys(from, to, cluster.keys(from, slot));
        cluster.finishMove(slot, from, to);
        assertThat(redis.missTrust(absent)).isEqualTo(MissTrust.BELIEVED);
        assertThat(redis.sentinel()).isPresent();
    }

    @Test
    void noCallFailsAndNoRecordIsMissed() throws Exception {
        Incarnation before = write(keys).incarnation();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong calls = new AtomicLong();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        CountDownLatch ended = new CountDownLatch(THREADS);
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            new Thread(
                            () -> {
                                try {
                                    callUntil(stop, number, calls, before, wrong);
                                } finally {
                                    ended.countDown();
                                }
                            },
                            "move-load-" + thread)
                    .start();
        }
        try {
            awaitMore(calls);
            cluster.beginMove(slot, from, to);
            awaitMore(calls);
            cluster.moveKeys(from, to, cluster.keys(from, slot).subList(0, KEYS / 2));
            awaitMore(calls);
            cluster.finishMove(slot, from, to);
            awaitMore(calls);
        } finally {
            stop.set(true);
            ended.await();
        }
        assertThat(wrong).isEmpty();
        assertThat(cluster.keys(to, slot)).hasSize(KEYS);
        assertThat(redis.probe().incarnation()).isEqualTo(before);
        assertThat(from.text("INFO", "errorstats"))
                .as("what the calls met")
                .contains("errorstat_ASK", "errorstat_MOVED");
    }

    @Test
    void aRecordThatMovedAndOneThatDidNotAreReadInOneBatch() throws IOException {
        write(keys);
        cluster.beginMove(slot, from, to);
        cluster.moveKeys(from, to, cluster.keys(from, slot).subList(0, KEYS / 2));
        ReadReply reply = result(redis.backend.read(new ReadRequest(keys, 0, OpenRedis.PATIENCE)));
        for (int i = 0; i < KEYS; i++) {
            assertThat(((ReadAnswer.Hit) reply.answers().get(i)).record().key()).isEqualTo(keys.get(i));
        }
        RecordKey absent = Stream.iterate(0, i -> i + 1)
                .map(i -> redis.key("absent" + i))
                .filter(key -> SlotTag.of(key).slot() == slot)
                .findFirst()
                .orElseThrow();
        assertThat(result(redis.backend.read(new ReadRequest(List.of(absent), 0, OpenRedis.PATIENCE)))
                        .answers())
                .containsExactly(ReadAnswer.Miss.NOTHING);
        assertThat(redis.probe().degraded()).isEmpty();
    }

    @Test
    void aWriteWithHintsWaitsForTheEndOfAMoveOrIsToldNotToBeDone() throws IOException {
        HintStore hints = redis.backend.hints().orElseThrow();
        cluster.beginMove(slot, from, to);
        BackendException failure = failure(withHint());
        assertThat(failure).hasMessageContaining("TRYAGAIN");
        assertThat(failure.outcomeKnown()).isTrue();
        assertThat(result(hints.summary("other")).pending()).isZero();
        cluster.finishMove(slot, from, to);
        assertThat(result(withHint()).results().get(0).status()).isEqualTo(ApplyStatus.APPLIED);
        assertThat(result(hints.summary("other")).pending()).isEqualTo(1);
    }

    @Test
    void aScanDuringAMoveFailsAndOneAfterItFindsAll() throws IOException {
        write(keys);
        RecordScan scan = redis.backend.scan().orElseThrow();
        cluster.beginMove(slot, from, to);
        assertThat(failure(wholeScan(scan))).hasMessageContaining("being moved");
        cluster.finishMove(slot, from, to);
        await().atMost(OpenRedis.PATIENCE)
                .ignoreExceptionsInstanceOf(BackendException.class)
                .untilAsserted(() -> assertThat(result(wholeScan(scan))).containsExactlyInAnyOrderElementsOf(keys));
    }

    private CompletionStage<ApplyReply> withHint() {
        Change change = new Change(
                new VersionedRecord(
                        keys.get(0),
                        redis.live("any", "value").version(),
                        redis.live("any", "value").content(),
                        VersionedRecord.NEVER),
                Condition.none(),
                Set.of("other"));
        return redis.backend.apply(
                new ApplyRequest(ApplyKind.DIRECT, List.of(change), 0, ApplyRequest.NO_LIMIT, OpenRedis.PATIENCE));
    }

    private CompletionStage<List<RecordKey>> wholeScan(RecordScan scan) {
        Set<RecordKey> found = new HashSet<>();
        return page(scan, Optional.empty(), found).thenApply(done -> new ArrayList<>(found));
    }

    private CompletionStage<Void> page(RecordScan scan, Optional<String> cursor, Set<RecordKey> found) {
        return scan.scan(new RecordScan.Request(Optional.empty(), "", 0, cursor, 100, false))
                .thenCompose(page -> {
                    page.records().forEach(record -> found.add(record.key()));
                    return page.cursor().isEmpty()
                            ? CompletableFuture.completedFuture(null)
                            : page(scan, page.cursor(), found);
                });
    }

    private void callUntil(AtomicBoolean stop, int number, AtomicLong calls, Incarnation before, Queue<String> wrong) {
        for (int i = number; !stop.get() && calls.get() < MOST_CALLS && wrong.size() < 100; i += THREADS) {
            RecordKey key = keys.get(i % KEYS);
            try {
                ReadReply read = result(redis.backend.read(new ReadRequest(List.of(key), 0, OpenRedis.PATIENCE)));
                if (!(read.answers().get(0) instanceof ReadAnswer.Hit)) {
                    wrong.add(key + " was " + read.answers().get(0));
                }
                ApplyReply written = write(List.of(key));
                if (written.results().get(0).status() != ApplyStatus.APPLIED) {
                    wrong.add(key + " was " + written.results());
                }
                if (!read.incarnation().equals(before) || !written.incarnation().equals(before)) {
                    wrong.add("another incarnation");
                }
            } catch (RuntimeException e) {
                wrong.add(key + " failed: " + e);
            }
            calls.addAndGet(2);
        }
    }

    private ApplyReply write(List<RecordKey> which) {
        List<Change> changes = IntStream.range(0, which.size())
                .mapToObj(i -> {
                    var record = redis.live("any", "value");
                    return Change.of(
                            new VersionedRecord(which.get(i), record.version(), record.content(), record.expiresAt()));
                })
                .toList();
        return result(redis.backend.apply(
                new ApplyRequest(ApplyKind.DIRECT, changes, 0, ApplyRequest.NO_LIMIT, OpenRedis.PATIENCE)));
    }

    private static void awaitMore(AtomicLong calls) {
        long target = calls.get() + 400;
        await().atMost(OpenRedis.PATIENCE).until(() -> calls.get() >= target);
    }
}
