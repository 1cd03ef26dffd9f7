package io.resilientstorage.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HybridClockTest {

    private static final long START = 1_704_067_200_000L;

    private final SettableClock machine = new SettableClock(0, START);
    private final ReferenceClock reference = new ReferenceClock(machine);
    private final HybridClock clock = new HybridClock(reference, () -> 84);

    @Test
    void aVersionHasTheTimeAndTheWriter() {
        assertThat(clock.next()).isEqualTo(Version.of(START, 0, 42));
    }

    @Test
    void versionsOfOneMillisecondAscendByTheCounter() {
        clock.next();
        assertThat(clock.next()).isEqualTo(Version.of(START, 1, 42));
        machine.nanos += 1_000_000;
        assertThat(clock.next()).isEqualTo(Version.of(START + 1, 0, 42));
    }

    @Test
    void eachVersionHasAWriterOfItsOwn() {
        AtomicLong chance = new AtomicLong();
        HybridClock other = new HybridClock(reference, () -> chance.addAndGet(10));
        assertThat(List.of(other.next().writer(), other.next().writer())).containsExactly(5L, 10L);
    }

    @Test
    void versionsAscendWhenTheSharedClockGoesBack() {
        Version before = clock.next();
        reference.useOffset(-60_000);
        Version after = clock.next();
        assertThat(after).isEqualTo(Version.of(START, 1, 42)).isGreaterThan(before);
    }

    /** Else every backend would refuse its versions until the time that they name. */
    @Test
    void versionsGoBackWithASharedClockThatTurnsOutToBeFarBehind() {
        clock.next();
        reference.useOffset(-600_000);
        Version after = clock.next();
        assertThat(after).isEqualTo(Version.of(START - 600_000, 0, 42));
        assertThat(clock.next()).isGreaterThan(after);
    }

    @Test
    void aStepOfTheWallClockChangesNothing() {
        machine.wallMillis = START + 86_400_000;
        assertThat(clock.next()).isEqualTo(Version.of(START, 0, 42));
    }

    @Test
    void aVersionThatWasSeenIsPassed() {
        Version seen = Version.of(START + 1_000, 7, 99);
        clock.observe(seen);
        assertThat(clock.next()).isEqualTo(Version.of(START + 1_000, 8, 42)).isGreaterThan(seen);
    }

    @Test
    void theNextAfterOneThatWasSeenIsNewerHoweverFarAheadThatIs() {
        Version seen = Version.of(START + 1_000, 7, 99);
        assertThat(clock.nextAfter(seen, 0)).isEqualTo(Version.of(START + 1_000, 8, 42));
        Version far = Version.of(START + HybridClock.MAX_AHEAD_MILLIS + 1, 0, 99);
        assertThat(clock.nextAfter(far, 0)).isEqualTo(far.next(42));
        assertThat(clock.next()).as("it is not believed").isLessThan(far);
        assertThat(clock.nextAfter(Version.of(START - 1_000, 0, 99), 0)).isGreaterThan(seen);
    }

    @Test
    void itIsNewerThanWhatOthersMakeMeanwhileAlsoWhileTheyAreAheadAndOnlyCount() {
        Version seen = Version.of(START + 10_000, 65_500, 99);
        Version next = clock.nextAfter(seen, 256);
        assertThat(next).isGreaterThan(Version.of(START + 10_001, 65_500 + 256 - 65_536, 98));
        assertThat(next.millis()).isEqualTo(START + 10_001);
        assertThat(clock.next()).isGreaterThan(next);
        assertThat(clock.nextAfter(Version.of(START - 1_000, 0, 99), 256).millis())
                .isEqualTo(START + 10_001);
    }

    @Test
    void anOlderVersionThatWasSeenChangesNothing() {
        clock.next();
        clock.observe(Version.of(START - 1_000, 0, 99));
        clock.observe(Version.NONE);
        assertThat(clock.next()).isEqualTo(Version.of(START, 1, 42));
    }

    @Test
    void aVersionTooFarAheadIsNotBelieved() {
        clock.observe(Version.of(START + HybridClock.MAX_AHEAD_MILLIS + 1, 0, 99));
        assertThat(clock.next()).isEqualTo(Version.of(START, 0, 42));
        clock.observe(Version.of(START + HybridClock.MAX_AHEAD_MILLIS, 0, 99));
        assertThat(clock.next().millis()).isEqualTo(START + HybridClock.MAX_AHEAD_MILLIS);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void theWriterIsPositiveWhateverChanceSays(long chance) {
        assertThat(new HybridClock(reference, () -> chance).next().writer()).isPositive();
    }

    @Test
    void sixteenThreadsNeverGetTheSameVersion() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<List<Version>>> futures = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                futures.add(threads.submit(() -> {
                    List<Version> mine = new ArrayList<>();
                    for (int i = 0; i < 2_000; i++) {
                        mine.add(clock.next());
                    }
                    return mine;
                }));
            }
            List<Version> all = new ArrayList<>();
            for (Future<List<Version>> future : futures) {
                List<Version> mine = future.get(30, TimeUnit.SECONDS);
                assertThat(mine).isSorted();
                all.addAll(mine);
            }
            assertThat(all).doesNotHaveDuplicates().hasSize(32_000);
        } finally {
            threads.shutdownNow();
        }
    }
}
