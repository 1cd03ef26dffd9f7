package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisCluster;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether misses are believed, and how a server is recognised that is not what it was. */
class RedisSentinelsTest {

    private static final Sentinel COLD = new Sentinel("life", Warmth.COLD, 0, "mirror");
    private static final Sentinel WARM = new Sentinel("life", Warmth.WARM, 100, "mirror");

    @Test
    void aMissIsBelievedOnlyWhereAWarmSentinelStands() {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            redis.apply(redis.live("there", "value"));
            delete(redis, "deleted");
            assertThat(redis.missTrust("absent")).isEqualTo(MissTrust.COLD);
            assertThat(redis.missTrust("deleted")).isEqualTo(MissTrust.COLD);
            assertThat(redis.missTrust("there", "absent")).isEqualTo(MissTrust.COLD);
            assertThat(redis.missTrust("there")).as("no miss").isEqualTo(MissTrust.BELIEVED);

            assertThat(put(redis, Optional.empty(), COLD)).isTrue();
            assertThat(redis.missTrust("absent")).as("under a COLD one").isEqualTo(MissTrust.COLD);

            assertThat(put(redis, Optional.of(COLD), WARM)).isTrue();
            assertThat(redis.sentinel()).contains(WARM);
            assertThat(redis.missTrust("absent")).isEqualTo(MissTrust.BELIEVED);
            assertThat(redis.missTrust("deleted")).isEqualTo(MissTrust.BELIEVED);
            assertThat(redis.missTrust("there", "absent")).isEqualTo(MissTrust.BELIEVED);
            assertThat(redis.missTrust(keys(500))).as("under every tag").isEqualTo(MissTrust.BELIEVED);
        }
    }

    @Test
    void aFlushIsSeenByTheNextMissOfTheSameConnection() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            redis.warm();
            Incarnation before = OpenRedis.result(redis.sentinels().read()).incarnation();
            server.command("FLUSHALL");
            assertThat(redis.missTrust("absent")).isEqualTo(MissTrust.COLD);
            assertThat(redis.missTrust(keys(20))).isEqualTo(MissTrust.COLD);
            assertThat(redis.sentinel()).isEmpty();
            assertThat(OpenRedis.result(redis.sentinels().read()).incarnation())
                    .as("which is why there is a sentinel")
                    .isEqualTo(before);
        }
    }

    @Test
    void aServerThatComesBackEmptyHasNoSentinelAndAnotherLife() {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            redis.warm();
            Incarnation before = OpenRedis.result(redis.sentinels().read()).incarnation();
            server.kill();
            server.restartEmpty();
            redis.awaitConnected();
            assertThat(redis.sentinel()).isEmpty();
            assertThat(OpenRedis.result(redis.sentinels().read()).incarnation()).isNotEqualTo(before);
            assertThat(redis.missTrust("absent")).isEqualTo(MissTrust.COLD);
        }
    }

    @Test
    void anOldSnapshotBringsItsWatermarkBack() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            Sentinel old = redis.warm();
            server.command("SAVE");
            Sentinel moved = old.withWatermark(old.watermark() + 1_000);
            assertThat(put(redis, Optional.of(old), moved)).isTrue();
            assertThat(redis.sentinel()).contains(moved);
            server.kill();
            server.restart();
            redis.awaitConnected();
            assertThat(redis.sentinel()).contains(old);
        }
    }

    @Test
    void ofManyThatPutOneInThePlaceOfAnotherOneWins() {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()));
                OpenRedis other = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            Optional<Sentinel> standing = Optional.empty();
            for (Warmth warmth : List.of(Warmth.COLD, Warmth.WARM, Warmth.WARM)) {
                Optional<Sentinel> expected = standing;
                String life = expected.map(Sentinel::id).orElse("life");
                List<Sentinel> offers = IntStream.rangeClosed(1, 16)
                        .mapToObj(i -> new Sentinel(
                                expected.isEmpty() ? life + i : life,
                                warmth,
                                expected.map(Sentinel::watermark).orElse(0L) + i,
                                "mirror"))
                        .toList();
                Incarnation present = OpenRedis.result(redis.sentinels().read()).incarnation();
                List<CompletableFuture<Boolean>> ends = IntStream.range(0, offers.size())
                        .mapToObj(i -> (i % 2 == 0 ? redis : other)
                                .sentinels()
                                .compareAndSet(present, expected, offers.get(i))
                                .toCompletableFuture())
                        .toList();
                List<Sentinel> won = IntStream.range(0, offers.size())
                        .filter(i -> OpenRedis.result(ends.get(i)))
                        .mapToObj(offers::get)
                        .toList();
                assertThat(won).hasSize(1);
                // The greater watermark of one that came too late may stay: it is as true as the lesser.
                standing = redis.sentinel();
                assertThat(standing).isPresent().get().isIn(offers);
                assertThat(standing.get().id()).isEqualTo(won.get(0).id());
                assertThat(standing.get().watermark())
                        .isGreaterThanOrEqualTo(won.get(0).watermark());
            }
            assertThat(put(redis, Optional.empty(), COLD)).isFalse();
            assertThat(put(redis, Optional.of(WARM), COLD)).isFalse();
            assertThat(redis.sentinel()).isEqualTo(standing);
        }
    }

    @Test
    void movingTheWatermarkWritesOneKey() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            Sentinel warm = redis.warm();
            server.command("CONFIG", "RESETSTAT");
            assertThat(put(redis, Optional.of(warm), warm.withWatermark(8))).isTrue();
            assertThat(server.text("INFO", "commandstats")).contains("cmdstat_set:calls=1,");
        }
    }

    /** Who did not win may have left what is greater, and that is true; but not what belongs to another mirror. */
    @Test
    void underEachTagTheGreaterOfBothNumbersStays() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            Sentinel warm = WARM.withBeats(9);
            String ahead = place(SlotTag.ALL.get(1));
            String behind = place(SlotTag.ALL.get(2));
            String other = place(SlotTag.ALL.get(3));
            assertThat(put(redis, Optional.empty(), COLD)).isTrue();
            server.command(
                    "SET", ahead, "\"" + warm.withWatermark(120).withBeats(7).text() + "\"");
            server.command(
                    "SET", behind, "\"" + warm.withWatermark(80).withBeats(11).text() + "\"");
            server.command("SET", other, "\"" + new Sentinel("life", Warmth.WARM, 120, 11, "another").text() + "\"");

            assertThat(put(redis, Optional.of(COLD), warm)).isTrue();

            assertThat(redis.sentinel()).contains(warm);
            assertThat(server.text("GET", ahead))
                    .contains(warm.withWatermark(120).text());
            assertThat(server.text("GET", behind)).contains(warm.withBeats(11).text());
            assertThat(server.text("GET", other)).contains(warm.text());
        }
    }

    @Test
    void aSentinelThatWasLostUnderOneTagIsLostAsAWhole() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            redis.warm();
            SlotTag tag = SlotTag.of(redis.key("absent"));
            server.command("DEL", place(tag));
            assertThat(redis.sentinel()).isEmpty();
            assertThat(redis.missTrust("absent")).isEqualTo(MissTrust.COLD);
            assertThat(put(redis, Optional.empty(), COLD)).isTrue();
            assertThat(redis.missTrust(keys(500))).as("under every tag").isEqualTo(MissTrust.COLD);
        }
    }

    @Test
    void clearingHintsTellsTheSentinelOfTheTagsInWhichTheyWere() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            assertThat(cleared(redis, "one")).as("none yet").isEmpty();
            assertThat(put(redis, Optional.empty(), COLD)).isTrue();
            assertThat(cleared(redis, "one")).as("a COLD one").isEmpty();
            assertThat(put(redis, Optional.of(COLD), WARM)).isTrue();
            assertThat(cleared(redis, keys(500))).as("of all tags").contains("life");
            assertThat(clear(redis).tellsSentinel()).as("of no tag").isFalse();

            SlotTag tag = SlotTag.of(redis.key("one"));
            server.command("DEL", place(tag));
            assertThat(cleared(redis, "one")).isEmpty();
            assertThat(cleared(redis, keys(500))).as("not of all tags").isEmpty();
            assertThat(cleared(redis, keyOutside(redis, tag)))
                    .as("of another tag alone")
                    .contains("life");

            server.command("SET", place(tag), "\"" + new Sentinel("other", Warmth.WARM, 0, "").text() + "\"");
            assertThat(cleared(redis, "one")).contains("other");
            assertThat(cleared(redis, keys(500))).as("of two lives").isEmpty();

            server.command("SET", place(tag), "\"what no version wrote\"");
            assertThat(cleared(redis, "one")).as("not to be read").isEmpty();
            server.command("DEL", place(tag));
            server.command("LPUSH", place(tag), "element");
            assertThat(cleared(redis, "one")).isEmpty();
        }
    }

    @Test
    void clearingHintsTellsOfAFlushOfTheSameConnection() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            Sentinel first = redis.warm();
            ClearReply before = clear(redis, "one");
            assertThat(before.sentinel().map(Sentinel::id)).contains(first.id());
            server.command("FLUSHALL");
            ClearReply after = clear(redis, "one");
            assertThat(after.incarnation()).isEqualTo(before.incarnation());
            assertThat(after.tellsSentinel()).isTrue();
            assertThat(after.sentinel()).isEmpty();
            Sentinel next = redis.warm();
            assertThat(cleared(redis, "one")).contains(next.id());
        }
    }

    @Test
    void clearingHintsInAClusterTellsWhichNodesWereEmptied() throws IOException {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            Sentinel warm = redis.warm();
            assertThat(cleared(redis, keys(500))).contains(warm.id());
            SlotTag tag = SlotTag.of(redis.key("one"));
            RedisProcess node = cluster.masterOf(tag.slot()).orElseThrow();
            node.command("FLUSHALL");
            assertThat(cleared(redis, "one")).isEmpty();
            assertThat(cleared(redis, keys(500))).isEmpty();
            String elsewhere = Stream.of(keys(500))
                    .filter(key ->
                            !cluster.masterOf(SlotTag.of(redis.key(key)).slot()).equals(Optional.of(node)))
                    .findFirst()
                    .orElseThrow();
            assertThat(cleared(redis, elsewhere)).as("on another node").contains(warm.id());
        }
    }

    /** What a clear costs is looked at on the server: one script, which reads the sentinels, and no other call. */
    @Test
    void tellingTheSentinelTakesNoFurtherCall() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            redis.warm();
            assertThat(cleared(redis, "one"))
                    .as("the server knows the script now")
                    .isPresent();
            server.command("CONFIG", "RESETSTAT");
            assertThat(cleared(redis, "one")).isPresent();
            assertThat(server.text("INFO", "commandstats"))
                    .contains("cmdstat_evalsha:calls=1,")
                    .contains("cmdstat_mget:calls=1,")
                    .doesNotContain("cmdstat_get:");
        }
    }

    @Test
    void whatIsLostDuringAWarmUpMakesItBeDoneAgain() throws IOException {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            put(redis, Optional.empty(), COLD);
            SlotTag tag = SlotTag.of(redis.key("absent"));
            server.command("DEL", place(tag));
            assertThat(put(redis, Optional.of(COLD), WARM)).isFalse();
            assertThat(redis.sentinel()).contains(COLD);
            assertThat(redis.missTrust("absent")).isEqualTo(MissTrust.COLD);
            assertThat(put(redis, Optional.of(COLD), WARM))
                    .as("after another warm-up")
                    .isTrue();
            assertThat(redis.missTrust("absent")).isEqualTo(MissTrust.BELIEVED);
        }
    }

    @Test
    void oneNodeOfAClusterThatLostItsContentIsSeen() throws IOException {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            Sentinel warm = redis.warm();
            assertThat(redis.missTrust(keys(500))).isEqualTo(MissTrust.BELIEVED);
            Sentinel moved = warm.withWatermark(8);
            assertThat(put(redis, Optional.of(warm), moved)).isTrue();
            assertThat(redis.sentinel()).contains(moved);

            RedisProcess node =
                    cluster.masterOf(SlotTag.of(redis.key("absent")).slot()).orElseThrow();
            node.command("FLUSHALL");
            assertThat(redis.missTrust("absent")).isEqualTo(MissTrust.COLD);
            assertThat(redis.sentinel()).isEmpty();
            redis.warm();
            assertThat(redis.missTrust(keys(500))).isEqualTo(MissTrust.BELIEVED);
        }
    }

    @Test
    void oneNodeOfAClusterThatGoesBackTakesTheWatermarkBack() throws IOException {
        try (RedisCluster cluster = RedisCluster.startWithoutReplicas(3);
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(cluster.url()))) {
            Sentinel old = redis.warm();
            RedisProcess node = cluster.nodes().get(1);
            assertThat(node.command("SAVE")).isEqualTo("+OK");
            assertThat(put(redis, Optional.of(old), old.withWatermark(900))).isTrue();
            assertThat(redis.sentinel()).contains(old.withWatermark(900));
            node.kill();
            node.restart();
            await().atMost(OpenRedis.PATIENCE)
                    .ignoreExceptionsInstanceOf(BackendException.class)
                    .untilAsserted(() -> assertThat(redis.sentinel()).contains(old));
            assertThat(put(redis, Optional.of(old), old.withWatermark(900))).isTrue();
            assertThat(redis.sentinel()).contains(old.withWatermark(900));
        }
    }

    private static boolean put(OpenRedis redis, Optional<Sentinel> expected, Sentinel next) {
        return redis.put(expected, next);
    }

    private static ClearReply clear(OpenRedis redis, String... keys) {
        List<Hint> delivered = Stream.of(keys)
                .map(key -> new Hint("target", redis.key(key), Version.of(redis.now(), 0, 1), 0, 0))
                .toList();
        return OpenRedis.result(redis.backend.hints().orElseThrow().clear(delivered));
    }

    /** The id of the sentinel that is told when hints for these keys are cleared. */
    private static Optional<String> cleared(OpenRedis redis, String... keys) {
        return clear(redis, keys).sentinel().map(Sentinel::id);
    }

    private static String keyOutside(OpenRedis redis, SlotTag tag) {
        return Stream.of(keys(500))
                .filter(key -> !SlotTag.of(redis.key(key)).equals(tag))
                .findFirst()
                .orElseThrow();
    }

    private static void delete(OpenRedis redis, String key) {
        VersionedRecord record = redis.live(key, "value");
        VersionedRecord tombstone =
                new VersionedRecord(record.key(), record.version(), Content.tombstone(), VersionedRecord.NEVER);
        OpenRedis.result(redis.backend.apply(new ApplyRequest(
                ApplyKind.DIRECT, List.of(Change.of(tombstone)), 0, ApplyRequest.NO_LIMIT, OpenRedis.PATIENCE)));
    }

    private static String place(SlotTag tag) {
        return new String(PhysicalKey.ofSentinel(tag), UTF_8);
    }

    private static String[] keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "absent " + i).toArray(String[]::new);
    }
}
