package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertNoAnswer;
import static io.resilientstorage.redis.OpenRedis.assertRefused;
import static io.resilientstorage.redis.OpenRedis.failure;
import static io.resilientstorage.redis.OpenRedis.result;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that meet before the I/O thread comes to them, and go as one run of the script. */
class JoinedCallTest {

    private static final Pattern RUNS = Pattern.compile("cmdstat_evalsha:calls=(\\d+),");
    private static final Pattern STORED = Pattern.compile("cmdstat_set:calls=(\\d+),");

    private RedisProcess server;
    private OpenRedis redis;

    @BeforeEach
    void start() {
        server = RedisProcess.start();
        redis = OpenRedis.connected(RedisBackend.builder(server.url()));
        redis.apply(redis.live("first", "value"));
    }

    @AfterEach
    void end() {
        redis.close();
        server.close();
    }

    /** Does something while the I/O thread is busy with the answer to a read, and enough calls are under way. */
    private <T> T whileTheThreadIsBusy(Supplier<T> work) {
        return whileTheThreadIsBusy(JoinedCall.FROM, work);
    }

    private <T> T whileTheThreadIsBusy(int underWay, Supplier<T> work) {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        server.pause();
        CompletionStage<Void> blocked = redis.readLater("first", OpenRedis.PATIENCE)
                .thenRun(() -> {
                    busy.countDown();
                    awaits(over);
                });
        server.resume();
        try {
            awaits(busy);
            for (int i = 0; i < underWay; i++) {
                var unused = redis.readLater("first", OpenRedis.PATIENCE);
            }
            return work.get();
        } finally {
            over.countDown();
            result(blocked);
        }
    }

    private static void awaits(CountDownLatch latch) {
        try {
            assertThat(latch.await(OpenRedis.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private List<CompletionStage<ApplyReply>> atOnce(List<VersionedRecord> records) {
        return whileTheThreadIsBusy(
                () -> records.stream().map(redis::applyLater).toList());
    }

    private List<VersionedRecord> some(int count, String value) {
        return IntStream.range(0, count)
                .mapToObj(i -> redis.live("k" + i, value))
                .toList();
    }

    private static ApplyResult only(CompletionStage<ApplyReply> stage) {
        return result(stage).results().get(0);
    }

    private int count(Pattern pattern) throws IOException {
        Matcher matcher = pattern.matcher(server.text("INFO", "commandstats"));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Test
    void whatMeetsGoesAsOneRun() throws IOException {
        server.command("CONFIG", "RESETSTAT");
        List<CompletionStage<ApplyReply>> writes = atOnce(some(JoinedCall.MOST_PARTS, "value"));
        assertThat(writes).allSatisfy(write -> assertThat(only(write).status()).isEqualTo(ApplyStatus.APPLIED));
        assertThat(count(RUNS)).isEqualTo(1);
        assertThat(count(STORED)).isEqualTo(JoinedCall.MOST_PARTS);
        assertThat(some(JoinedCall.MOST_PARTS, "value"))
                .allSatisfy(record -> assertThat(redis.read(record.key().key())).isInstanceOf(ReadAnswer.Hit.class));
    }

    /** The control: one after the other they are a run each. */
    @Test
    void whatComesAloneGoesAlone() throws IOException {
        server.command("CONFIG", "RESETSTAT");
        some(JoinedCall.MOST_PARTS, "value").forEach(redis::apply);
        assertThat(count(RUNS)).isEqualTo(JoinedCall.MOST_PARTS);
    }

    @Test
    void whileFewAreUnderWayEachGoesAlone() throws IOException {
        server.command("CONFIG", "RESETSTAT");
        List<CompletionStage<ApplyReply>> writes = whileTheThreadIsBusy(
                0, () -> some(3, "value").stream().map(redis::applyLater).toList());
        writes.forEach(OpenRedis::result);
        assertThat(count(RUNS)).isEqualTo(3);
    }

    @Test
    void oneRunIsBoundedInCallsAndInBytes() throws IOException {
        server.command("CONFIG", "RESETSTAT");
        atOnce(some(3 * JoinedCall.MOST_PARTS, "value")).forEach(OpenRedis::result);
        assertThat(count(RUNS)).isEqualTo(3);
        server.command("CONFIG", "RESETSTAT");
        atOnce(some(4, "x".repeat(40_000))).forEach(OpenRedis::result);
        assertThat(count(RUNS)).isEqualTo(4);
    }

    @Test
    void eachIsToldOfItsOwnRecord() throws IOException {
        VersionedRecord standing = redis.live("standing", "value");
        redis.apply(standing);
        server.command("RPUSH", new String(PhysicalKey.ofRecord(redis.key("list"), 0), UTF_8), "element");
        VersionedRecord older = new VersionedRecord(
                standing.key(), Version.of(1, 0, 2), Content.value("older".getBytes(UTF_8)), VersionedRecord.NEVER);
        VersionedRecord fresh = redis.live("fresh", "value");
        VersionedRecord late = redis.live("late", "value");
        List<CompletionStage<ApplyReply>> writes = whileTheThreadIsBusy(() -> List.of(
                redis.applyLater(older),
                redis.applyLater(redis.live("list", "value")),
                redis.applyLater(late, 1, OpenRedis.PATIENCE),
                redis.applyLater(fresh)));

        assertThat(only(writes.get(0)).status()).isEqualTo(ApplyStatus.APPLIED);
        assertThat(only(writes.get(0)).version()).isGreaterThan(standing.version());
        assertThat(only(writes.get(0)).metLive()).isTrue();
        assertThat(only(writes.get(1)).status()).isEqualTo(ApplyStatus.UNREADABLE);
        assertThat(only(writes.get(2)).status()).isEqualTo(ApplyStatus.LATE);
        assertThat(only(writes.get(3))).isEqualTo(new ApplyResult(ApplyStatus.APPLIED, fresh.version(), false));
        assertThat(redis.read("late")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void whatIsJudgedByAConditionOrHasAnotherLimitGoesByItself() throws IOException {
        server.command("CONFIG", "RESETSTAT");
        Change ifAbsent = new Change(redis.live("b", "value"), Condition.ifAbsent(), Set.of());
        Change hinted = new Change(redis.live("c", "value"), Condition.none(), Set.of("sql"));
        List<CompletionStage<ApplyReply>> writes = whileTheThreadIsBusy(() -> List.of(
                redis.applyLater(redis.live("a", "value")),
                redis.backend.apply(direct(ifAbsent, ApplyRequest.NO_LIMIT)),
                redis.backend.apply(direct(hinted, ApplyRequest.NO_LIMIT)),
                redis.backend.apply(direct(Change.of(redis.live("d", "value")), 250))));
        assertThat(writes).allSatisfy(write -> assertThat(only(write).status()).isEqualTo(ApplyStatus.APPLIED));
        assertThat(count(RUNS)).isEqualTo(4);
    }

    /** Who does not wait for the first of two writes still has the second after it. */
    @Test
    void aWriteDoesNotOvertakeOneThatItsThreadSentByItself() {
        VersionedRecord one = redis.live("k", "one");
        VersionedRecord two = one.withVersion(Version.of(one.version().millis(), 7, 3));
        Change hinted = new Change(one, Condition.none(), Set.of("sql"));
        List<CompletionStage<ApplyReply>> writes = whileTheThreadIsBusy(() -> List.of(
                redis.applyLater(redis.live("other", "value")),
                redis.backend.apply(direct(hinted, ApplyRequest.NO_LIMIT)),
                redis.applyLater(two)));
        assertThat(only(writes.get(1)).version()).isEqualTo(one.version());
        assertThat(only(writes.get(2)).version()).isEqualTo(two.version());
    }

    /** Its keys are in several slots. */
    @Test
    void aNodeOfAClusterThatIsUsedAsAServerGetsNoRunsOfSeveral() throws IOException {
        try (RedisProcess node = RedisProcess.start("--cluster-enabled", "yes");
                OpenRedis alone = OpenRedis.open(RedisBackend.builder(node.url()))) {
            for (int slot = 0; slot < 16_384; slot += 1_024) {
                node.command(Stream.concat(
                                Stream.of("CLUSTER", "ADDSLOTS"),
                                IntStream.range(slot, slot + 1_024).mapToObj(Integer::toString))
                        .toArray(String[]::new));
            }
            alone.awaitConnected();
            List<CompletionStage<ApplyReply>> writes = IntStream.range(0, 100)
                    .mapToObj(i -> alone.applyLater(alone.live("k" + i, "value")))
                    .toList();
            assertThat(writes)
                    .allSatisfy(write -> assertThat(only(write).status()).isEqualTo(ApplyStatus.APPLIED));
        }
    }

    /** What a user may not do at one record takes nothing from the others, and is not told as if nothing was stored. */
    @Test
    void anErrorAtOneRecordIsThatRecordsAlone() throws IOException {
        assumeThat(server.command("ACL", "WHOAMI")).as("a server with rights").doesNotStartWith("-");
        VersionedRecord standing = redis.live("standing", "value");
        redis.apply(standing);
        VersionedRecord older = standing.withVersion(Version.of(1, 0, 2));
        server.command("ACL", "SETUSER", "default", "-setrange");
        List<CompletionStage<ApplyReply>> writes =
                atOnce(List.of(redis.live("a", "value"), older, redis.live("b", "value")));
        assertThat(only(writes.get(0)).status()).isEqualTo(ApplyStatus.APPLIED);
        assertNoAnswer(failure(writes.get(1)));
        assertThat(only(writes.get(2)).status()).isEqualTo(ApplyStatus.APPLIED);
    }

    private static ApplyRequest direct(Change change, long mostBehind) {
        return new ApplyRequest(
                ApplyKind.DIRECT, List.of(change), 0, ApplyRequest.NO_LIMIT, mostBehind, OpenRedis.PATIENCE);
    }

    @Test
    void aServerThatIsFullRefusesEachAndStoresNone() throws IOException {
        server.command("CONFIG", "SET", "maxmemory", "1");
        List<CompletionStage<ApplyReply>> writes = atOnce(some(3, "value"));
        assertThat(writes).allSatisfy(write -> assertRefused(failure(write)));
        server.command("CONFIG", "SET", "maxmemory", "0");
        assertThat(redis.read("k0")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void aServerThatForgotTheScriptIsToldItByEach() throws IOException {
        server.command("SCRIPT", "FLUSH");
        List<CompletionStage<ApplyReply>> writes = atOnce(some(3, "value"));
        assertThat(writes).allSatisfy(write -> assertThat(only(write).status()).isEqualTo(ApplyStatus.APPLIED));
    }

    @Test
    void whatTheServerMayHaveGotWhenTheConnectionIsLostHasNoAnswer() {
        List<CompletionStage<ApplyReply>> writes = whileTheThreadIsBusy(() -> {
            server.pause();
            return some(3, "value").stream().map(redis::applyLater).toList();
        });
        server.kill();
        assertThat(writes).allSatisfy(write -> assertNoAnswer(failure(write)));
    }

    /** One server is told record by record, the other what it is told in runs of several; both must say the same. */
    @Test
    void severalInOneRunAreJudgedAsOneAfterTheOther() throws IOException {
        long seed = redis.time.randomness().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        try (RedisProcess other = RedisProcess.start();
                OpenRedis alone = OpenRedis.connected(RedisBackend.builder(other.url()))) {
            for (int round = 0; round < 40; round++) {
                List<VersionedRecord> records = new ArrayList<>();
                for (int i = 0; i < JoinedCall.MOST_PARTS; i++) {
                    records.add(any(random));
                }
                List<ApplyResult> together =
                        atOnce(records).stream().map(JoinedCallTest::only).toList();
                List<ApplyResult> one = records.stream().map(alone::apply).toList();
                assertThat(together).as("seed %d, round %d", seed, round).isEqualTo(one);
            }
            assertThat(stored(server)).as("seed %d", seed).isEqualTo(stored(other));
        }
    }

    private VersionedRecord any(SplittableRandom random) {
        Content content = random.nextInt(4) == 0
                ? Content.tombstone()
                : Content.value(Integer.toString(random.nextInt()).getBytes(UTF_8));
        long life = Duration.ofDays(random.nextInt(-1, 3)).toMillis();
        boolean ends = !content.isTombstone() && random.nextBoolean();
        // Within a second of each other, so that some meet something newer, and some the same time.
        Version version = Version.of(redis.now() - random.nextInt(3) * 1_000L, random.nextInt(3), random.nextInt(3));
        return new VersionedRecord(
                redis.key("k" + random.nextInt(5)),
                version,
                content,
                ends ? redis.now() + life : VersionedRecord.NEVER);
    }

    private List<String> stored(RedisProcess of) {
        try (RedisClient client = RedisClient.create(of.url())) {
            RedisCommands<byte[], byte[]> commands =
                    client.connect(ByteArrayCodec.INSTANCE).sync();
            return IntStream.range(0, 5)
                    .mapToObj(i -> commands.get(PhysicalKey.ofRecord(redis.key("k" + i), 0)))
                    .map(bytes -> bytes == null ? "" : new String(bytes, UTF_8))
                    .toList();
        }
    }
}
