package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many hints, spread over all slot tags or crowded in one. */
class HintBacklogTest {

    private static final String TARGET = "other";
    private static final Duration CLAIM = Duration.ofMinutes(5);
    private static final long BEGIN = System.currentTimeMillis();

    private RedisProcess server;
    private OpenRedis redis;
    private HintStore hints;

    @BeforeEach
    void start() {
        server = RedisProcess.start();
        redis = OpenRedis.connected(RedisBackend.builder(server.url()));
        hints = redis.backend.hints().orElseThrow();
    }

    @AfterEach
    void end() {
        redis.close();
        server.close();
    }

    @Test
    void aBacklogOverAllTagsIsDrainedInFullBatches() {
        write(3_000, key -> true);
        assertDrained(3_000, 256);
    }

    @Test
    void aBacklogInOneTagIsDrainedInFullBatches() {
        SlotTag crowded = SlotTag.of(redis.key("key 0"));
        write(600, key -> SlotTag.of(key).equals(crowded));
        assertDrained(600, 256);
    }

    @Test
    void theOldestOfAllTagsComeFirst() {
        for (int i = 0; i < 5; i++) {
            int round = i;
            write(20, key -> key.key().endsWith("" + round));
        }
        List<Long> since = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            List<Hint> claimed = claim(10);
            assertThat(claimed).hasSize(10);
            claimed.forEach(hint -> since.add(hint.since()));
        }
        assertThat(since).isSorted();
    }

    @Test
    void aServerOutOfMemoryStillGivesItsHintsOutAndLetsThemBeCleared() throws IOException {
        write(50, key -> true);
        server.command("CONFIG", "SET", "maxmemory", "1");
        List<Hint> claimed = claim(100);
        assertThat(claimed).hasSize(50);
        OpenRedis.result(hints.clear(claimed));
        assertThat(OpenRedis.result(hints.summary(TARGET))).isEqualTo(new HintSummary(0, 0, 0));
    }

    @Test
    void whereNothingWaitsOneCallAsksForAllTags() throws IOException {
        server.command("CONFIG", "RESETSTAT");
        assertThat(claim(100)).isEmpty();
        assertThat(OpenRedis.result(hints.summary(TARGET))).isEqualTo(new HintSummary(0, 0, 0));
        assertThat(server.text("INFO", "commandstats")).contains("cmdstat_exists:calls=2,");
    }

    @Test
    void nothingStaysBehindWhenAllIsCleared() throws IOException {
        write(300, key -> true);
        OpenRedis.result(hints.clear(claim(1_000)));
        assertThat(server.command("EVAL", "\"return #redis.call('KEYS','rs:!*')\"", "0"))
                .isEqualTo(":0");
    }

    /** Redis forgets what has ended, or evicts it; what was noted for others of it must not become older by that. */
    @Test
    void aRecordThatComesLateReplacesNoNewerHint() throws IOException {
        apply(ApplyKind.DIRECT, 10);
        forgetTheRecord();

        apply(ApplyKind.REPLAY, 5);

        assertThat(claim(10)).singleElement().extracting(Hint::version).isEqualTo(version(10));
    }

    @Test
    void aRecordThatComesLateTakesNoNewerHintOutOfThoseParked() throws IOException {
        apply(ApplyKind.DIRECT, 10);
        OpenRedis.result(hints.park(claim(10)));
        forgetTheRecord();

        apply(ApplyKind.REPLAY, 5);

        assertThat(claim(10)).isEmpty();
        assertThat(OpenRedis.result(hints.summary(TARGET)).parked()).isEqualTo(1);

        apply(ApplyKind.REPLAY, 11);
        assertThat(claim(10)).singleElement().extracting(Hint::version).isEqualTo(version(11));
        assertThat(OpenRedis.result(hints.summary(TARGET)).parked()).isZero();
    }

    private static Version version(int counter) {
        return Version.of(BEGIN, counter, 1);
    }

    private void apply(ApplyKind kind, int counter) {
        VersionedRecord record = new VersionedRecord(
                redis.key("k"),
                version(counter),
                Content.value(("v" + counter).getBytes(UTF_8)),
                VersionedRecord.NEVER);
        ApplyRequest request = new ApplyRequest(
                kind,
                List.of(new Change(record, Condition.none(), Set.of(TARGET))),
                0,
                ApplyRequest.NO_LIMIT,
                OpenRedis.PATIENCE);
        assertThat(OpenRedis.result(redis.backend.apply(request)).results())
                .singleElement()
                .extracting(ApplyResult::status)
                .isEqualTo(ApplyStatus.APPLIED);
    }

    private void forgetTheRecord() throws IOException {
        assertThat(server.command("DEL", new String(PhysicalKey.ofRecord(redis.key("k"), 0), UTF_8)))
                .isEqualTo(":1");
    }

    private void assertDrained(int total, int batch) {
        int drained = 0;
        while (drained < total) {
            List<Hint> claimed = claim(batch);
            assertThat(claimed).hasSize(Math.min(batch, total - drained));
            OpenRedis.result(hints.clear(claimed));
            drained += claimed.size();
            assertThat(OpenRedis.result(hints.summary(TARGET)).pending()).isEqualTo(total - drained);
        }
        assertThat(claim(batch)).isEmpty();
    }

    private List<Hint> claim(int limit) {
        return OpenRedis.result(hints.claim(TARGET, limit, CLAIM));
    }

    private void write(int count, Predicate<RecordKey> filter) {
        List<Change> changes = Stream.iterate(0, i -> i + 1)
                .map(i -> redis.key("key " + i))
                .filter(filter)
                .limit(count)
                .map(key -> new Change(redis.live(key.key(), "value"), Condition.none(), Set.of(TARGET)))
                .toList();
        OpenRedis.result(redis.backend.apply(
                new ApplyRequest(ApplyKind.DIRECT, changes, 0, ApplyRequest.NO_LIMIT, OpenRedis.PATIENCE)));
    }
}
