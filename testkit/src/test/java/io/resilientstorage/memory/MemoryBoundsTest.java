package io.resilientstorage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What happens at the bounds. */
class MemoryBoundsTest {

    private static final int ENTRIES = 1_000;
    private static final long BYTES = 1L << 20;
    private static final Duration LONG = Duration.ofHours(1);

    private final MemoryBench bench = new MemoryBench(new MemoryBounds(ENTRIES, BYTES));

    @Test
    void manySmallRecordsMeetTheBoundOnEntriesAndEvictionsAreCounted() {
        for (int i = 0; i < 5 * ENTRIES; i++) {
            bench.apply(ApplyKind.DIRECT, bench.live("key " + i, 1, "v"));
            assertThat(bench.backend.usage().living()).isLessThanOrEqualTo(ENTRIES);
        }
        MemoryUsage usage = bench.backend.usage();
        assertThat(usage.living()).isGreaterThan(ENTRIES * 9 / 10);
        assertThat(usage.evicted()).isEqualTo(5 * ENTRIES - usage.living());
    }

    @Test
    void fewLargeRecordsMeetTheBoundOnBytes() {
        for (int i = 0; i < 300; i++) {
            bench.apply(ApplyKind.DIRECT, bench.sized("key " + i, 10_000));
            assertThat(bench.backend.usage().livingBytes()).isLessThanOrEqualTo(BYTES);
        }
        assertThat(bench.backend.usage().livingBytes()).isGreaterThan(BYTES * 9 / 10);
    }

    @Test
    void aMixtureMeetsBothBounds() {
        Random random = new Random(7);
        for (int i = 0; i < 4_000; i++) {
            bench.apply(ApplyKind.DIRECT, bench.sized("key " + random.nextInt(3_000), random.nextInt(20_000)));
        }
        MemoryUsage usage = bench.backend.usage();
        assertThat(usage.living()).isBetween(10L, (long) ENTRIES);
        assertThat(usage.livingBytes()).isBetween(BYTES / 2, BYTES);
    }

    @Test
    void whatFitsIsNotEvicted() {
        for (int i = 0; i < ENTRIES; i++) {
            bench.apply(ApplyKind.DIRECT, bench.live("key " + i, 1, "v"));
        }
        for (int i = 0; i < ENTRIES; i++) {
            assertThat(bench.read("key " + i)).isInstanceOf(ReadAnswer.Hit.class);
        }
        assertThat(bench.backend.usage().evicted()).isZero();
    }

    @Test
    void whatIsReadStaysAndWhatIsNotMakesRoom() {
        for (int i = 0; i < ENTRIES / 2; i++) {
            bench.apply(ApplyKind.DIRECT, bench.live("read " + i, 1, "v"));
            bench.apply(ApplyKind.DIRECT, bench.live("unread " + i, 1, "v"));
        }
        for (int i = 0; i < 100 * ENTRIES / 2; i++) {
            bench.read("read " + i % (ENTRIES / 2));
        }
        for (int i = 0; i < 4 * ENTRIES; i++) {
            bench.apply(ApplyKind.DIRECT, bench.live("new " + i, 1, "v"));
            bench.apply(ApplyKind.DIRECT, bench.live("new " + i, 2, "v"));
        }
        assertThat(countLive("read ", ENTRIES / 2)).isGreaterThan(ENTRIES / 2 * 9 / 10);
        assertThat(countLive("unread ", ENTRIES / 2)).isLessThan(ENTRIES / 4);
    }

    private long countLive(String prefix, int count) {
        return IntStream.range(0, count)
                .filter(i -> bench.read(prefix + i) instanceof ReadAnswer.Hit)
                .count();
    }

    @Test
    void aRecordLargerThanTheBoundIsRefusedAndNothingOfItsBatchIsStored() {
        assertFailure(
                BackendException.Kind.REFUSED,
                () -> bench.apply(
                        ApplyKind.DIRECT, Change.of(bench.live("small", 1, "v")), Change.of(bench.sized("large", (int)
                                BYTES))));
        assertThat(bench.read("small")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void ofTooManyTombstonesTheNewestStay() {
        for (int i = 0; i < 2_000; i++) {
            bench.apply(ApplyKind.DIRECT, bench.tombstone("key " + i, 1));
            assertThat(bench.backend.usage().graves()).isLessThanOrEqualTo(ENTRIES / 4);
        }
        assertThat(bench.backend.usage().graves()).isEqualTo(ENTRIES / 4);
        assertThat(bench.read("key 1999")).isEqualTo(new ReadAnswer.Miss(bench.version(1)));
        assertThat(bench.read("key 1750")).isEqualTo(new ReadAnswer.Miss(bench.version(1)));
        assertThat(bench.read("key 1749")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void tombstonesOfLongKeysMeetTheBoundOnBytes() {
        MemoryBench small = new MemoryBench(new MemoryBounds(100_000, 64L << 10));
        for (int i = 0; i < 500; i++) {
            small.apply(ApplyKind.DIRECT, small.tombstone("k".repeat(500) + i, 1));
        }
        long each = Held.bytes(small.tombstone("k".repeat(500) + 499, 1));
        assertThat(small.backend.usage().graves()).isBetween(1L, (16L << 10) / each + 1);
    }

    @Test
    void tombstonesDoNotCrowdOutTheLiving() {
        for (int i = 0; i < ENTRIES; i++) {
            bench.apply(ApplyKind.DIRECT, bench.live("key " + i, 1, "v"));
        }
        for (int i = 0; i < 10 * ENTRIES; i++) {
            bench.apply(ApplyKind.DIRECT, bench.tombstone("dead " + i, 1));
        }
        assertThat(bench.backend.usage().evicted()).isZero();
    }

    @Test
    void aRecordWithAHintIsNeverEvicted() {
        for (int i = 0; i < 100; i++) {
            bench.applyHinted(bench.live("hinted " + i, 1, "v"), "redis");
            bench.applyHinted(bench.tombstone("deleted " + i, 1), "redis");
        }
        for (int i = 0; i < 5 * ENTRIES; i++) {
            bench.apply(ApplyKind.DIRECT, bench.live("key " + i, 1, "v"));
            bench.apply(ApplyKind.DIRECT, bench.tombstone("dead " + i, 1));
        }
        bench.time.advance(MemoryBench.TOMBSTONE_LIFE.multipliedBy(2));
        for (int i = 0; i < 100; i++) {
            assertThat(bench.read("hinted " + i)).isInstanceOf(ReadAnswer.Hit.class);
            assertThat(bench.read("deleted " + i)).isEqualTo(new ReadAnswer.Miss(bench.version(1)));
        }
        assertThat(bench.backend.usage().hints()).isEqualTo(200);
    }

    @Test
    void beyondHalfTheEntriesAWriteWithAHintIsRefusedAndNothingIsStored() {
        for (int i = 0; i < ENTRIES / 2; i++) {
            bench.applyHinted(bench.live("key " + i, 1, "v"), "redis");
        }
        assertFailure(BackendException.Kind.OVERLOADED, () -> bench.applyHinted(bench.live("more", 1, "v"), "redis"));
        assertThat(bench.read("more")).isEqualTo(ReadAnswer.Miss.NOTHING);
        bench.apply(ApplyKind.DIRECT, bench.live("without", 1, "v"));

        clearAll("redis");
        bench.applyHinted(bench.live("more", 1, "v"), "redis");
        assertThat(bench.read("more")).isInstanceOf(ReadAnswer.Hit.class);
    }

    @Test
    void whatHasAHintAlreadyIsWrittenAgainWhenThereIsRoomForNoOther() {
        for (int i = 0; i < ENTRIES / 2; i++) {
            bench.applyHinted(bench.live("key " + i, 1, "v"), "redis");
        }
        bench.applyHinted(bench.live("key 0", 1, "later"), "redis");
        assertThat(bench.backend.usage().hints()).isEqualTo(ENTRIES / 2);
        assertFailure(BackendException.Kind.OVERLOADED, () -> bench.applyHinted(bench.live("key 0", 1, "v"), "sql"));
    }

    @Test
    void beyondHalfTheBytesAWriteWithAHintIsRefused() {
        for (int i = 0; i < 5; i++) {
            bench.applyHinted(bench.sized("key " + i, 100_000), "redis");
        }
        bench.applyHinted(bench.sized("key 0", 100_000), "redis");
        assertFailure(BackendException.Kind.OVERLOADED, () -> bench.applyHinted(bench.sized("more", 100_000), "redis"));
        assertThat(bench.backend.usage().hints()).isEqualTo(5);
    }

    @Test
    void whatIsPinnedIsCountedRightThroughEveryChange() {
        Random random = new Random(11);
        for (int i = 0; i < 5_000; i++) {
            String key = "key " + random.nextInt(40);
            VersionedRecord record = switch (random.nextInt(4)) {
                case 0 -> bench.tombstone(key, 1);
                case 1 -> bench.ending(key, 1, Duration.ofSeconds(random.nextInt(3)));
                default -> bench.sized(key, random.nextInt(2_000));
            };
            switch (random.nextInt(6)) {
                case 0 -> bench.apply(ApplyKind.DIRECT, record);
                case 1 -> bench.applyHinted(record, "redis");
                case 2 -> bench.applyHinted(record, "redis", "sql");
                case 3 -> hints().park(claim("redis", 1));
                case 4 -> hints().clear(claim("sql", 2));
                default -> bench.time.advance(Duration.ofMillis(random.nextInt(2_000)));
            }
            assertThat(summed("redis") + summed("sql"))
                    .isEqualTo(bench.backend.usage().hints());
        }
        bench.time.advance(LONG.multipliedBy(2));
        clearAll("redis");
        clearAll("sql");
        // A newer write takes out what is parked, and then nothing is left.
        for (int i = 0; i < 40; i++) {
            bench.applyHinted(bench.live("key " + i, 1, "last"), "redis");
        }
        clearAll("redis");
        assertThat(bench.backend.usage().hints()).isZero();
        assertThat(bench.backend.usage().pinnedBytes()).isZero();
        assertThat(join(hints().summary("redis"))).isEqualTo(new HintSummary(0, 0, 0));
        assertThat(join(hints().summary("sql"))).isEqualTo(new HintSummary(0, 0, 0));
    }

    private long summed(String target) {
        HintSummary summary = join(hints().summary(target));
        return summary.pending() + summary.parked();
    }

    @Test
    void sixteenThreadsAtTheBoundsStayWithinThem() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                Random random = new Random(t);
                ends.add(threads.submit(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        String key = "key " + random.nextInt(5_000);
                        bench.apply(
                                ApplyKind.DIRECT,
                                i % 3 == 0 ? bench.tombstone(key, 1) : bench.sized(key, random.nextInt(3_000)));
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        bench.time.advance(Duration.ofSeconds(5));
        MemoryUsage usage = bench.backend.usage();
        assertThat(usage.living()).isBetween(100L, (long) ENTRIES);
        assertThat(usage.livingBytes()).isBetween(BYTES / 2, BYTES);
        assertThat(usage.graves()).isBetween(100L, ENTRIES / 4L);
    }

    private static void assertFailure(BackendException.Kind kind, Runnable call) {
        assertThatThrownBy(call::run).cause().isInstanceOfSatisfying(BackendException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.outcomeKnown()).isTrue();
        });
    }

    private HintStore hints() {
        return bench.backend.hints().orElseThrow();
    }

    private List<Hint> claim(String target, int limit) {
        return join(hints().claim(target, limit, LONG));
    }

    private void clearAll(String target) {
        for (List<Hint> some = claim(target, 100); !some.isEmpty(); some = claim(target, 100)) {
            hints().clear(some.stream().map(this::delivered).toList());
        }
    }

    /** As who carries it clears it: at the version that stands, which may be newer than the hint's. */
    private Hint delivered(Hint hint) {
        ReadAnswer answer = bench.read(hint.key().key());
        Version standing =
                answer instanceof ReadAnswer.Hit hit ? hit.record().version() : ((ReadAnswer.Miss) answer).version();
        Version version = standing.isNewerThan(hint.version()) ? standing : hint.version();
        return new Hint(hint.target(), hint.key(), version, 0, 0);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
