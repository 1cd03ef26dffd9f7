package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.StorageEvent.CircuitChanged;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads that ask a second backend when the first is late. */
class HedgedReadsTest {

    private static final Duration USUAL = Duration.ofMillis(2);
    private static final Duration LATE = Duration.ofMillis(300);
    private static final Duration TICK = Duration.ofNanos(500_000);

    private static Lab lab(boolean hedged) {
        return new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(Strategy.ROUND_ROBIN).set(Settings.HEDGED_READS, hedged))
                .start();
    }

    private static void lag(Lab lab, String name, double share) {
        lab.node(name)
                .faults()
                .inject(new Lagging(USUAL, LATE, share, new SplittableRandom(name.hashCode())), Call.READ);
    }

    /** Makes reads one after the other; how long each took, in milliseconds, in order of length. */
    private static List<Double> read(Lab lab, int reads) {
        List<Double> took = new ArrayList<>();
        for (int i = 0; i < reads; i++) {
            long begun = lab.time().clock().nanos();
            CompletableFuture<?> read = lab.async().get("k");
            while (!read.isDone()) {
                lab.advance(TICK);
            }
            assertThat(read).isCompleted();
            took.add((lab.time().clock().nanos() - begun) / 1e6);
        }
        Collections.sort(took);
        return took;
    }

    private static long requests(Lab lab) {
        return lab.node("one").reads() + lab.node("two").reads();
    }

    private static double p99(List<Double> sorted) {
        return sorted.get(sorted.size() * 99 / 100);
    }

    /** A storage whose backends have answered for two seconds. */
    private static void warmUp(Lab lab) {
        lab.await(lab.async().set("k", "v"));
        lag(lab, "one", 0);
        lag(lab, "two", 0);
        read(lab, 1_200);
    }

    @Test
    void theTailIsCutAndTheLoadGrowsByFivePercentAtMost() {
        try (Lab lab = lab(true)) {
            warmUp(lab);
            lag(lab, "one", 0.03);
            lag(lab, "two", 0.03);
            long before = requests(lab);

            List<Double> took = read(lab, 4_000);

            assertThat(p99(took)).isLessThan(10);
            assertThat(requests(lab) - before).isBetween(4_001L, 4_200L);
            assertThat(lab.events(CircuitChanged.class)).isEmpty();
        }
    }

    @Test
    void withHedgingOffTheTailStaysAndNothingIsAskedTwice() {
        try (Lab lab = lab(false)) {
            warmUp(lab);
            lag(lab, "one", 0.03);
            lag(lab, "two", 0.03);
            long before = requests(lab);

            List<Double> took = read(lab, 4_000);

            assertThat(p99(took)).isGreaterThanOrEqualTo(300);
            assertThat(requests(lab) - before).isEqualTo(4_000);
        }
    }

    @Test
    void whenAllBecomeLateAtOnceTheBudgetKeepsTheLoadDown() {
        try (Lab lab = lab(true)) {
            warmUp(lab);
            lag(lab, "one", 1);
            lag(lab, "two", 1);
            long before = requests(lab);

            List<CompletableFuture<?>> reads = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                reads.add(lab.async().get("k"));
            }
            lab.advance(LATE.plus(LATE));

            assertThat(reads).allMatch(CompletableFuture::isDone);
            // Each of them is late, so that without a budget there would be 800.
            assertThat(requests(lab) - before).isBetween(401L, 400 + 20 + 10L);
        }
    }

    @Test
    void whoeverAnswersFirstWinsAndTheOtherChangesNothing() {
        try (Lab lab = lab(true)) {
            warmUp(lab);
            lab.node("one").faults().inject(Fault.delayReply(LATE), Call.READ);

            List<Double> took = read(lab, 8);

            assertThat(took.get(7)).as("also those that began at the late one").isLessThan(10);
            lab.advance(Duration.ofSeconds(1));
            assertThat(lab.status("one").consecutiveFailures()).isZero();
        }
    }

    @Test
    void aSecondThatFailsDoesNotEndTheRead() {
        try (Lab lab = lab(true)) {
            warmUp(lab);
            lag(lab, "one", 1);
            lab.node("two").failCalls(Node.overloaded());

            // Rotation begins at either; those that begin at the second are refused as overloaded, the others are not.
            List<CompletableFuture<?>> reads =
                    List.of(lab.async().get("k"), lab.async().get("k"));
            lab.advance(Duration.ofSeconds(1));

            assertThat(reads)
                    .filteredOn(read -> !read.isCompletedExceptionally())
                    .hasSize(1);
        }
    }

    @Test
    void aFirstThatFailsBeforeItIsLateIsFollowedByTheNextCandidateAsEver() {
        try (Lab lab = lab(true)) {
            warmUp(lab);
            lab.node("one").failCalls(Node.unreachable());
            long before = requests(lab);

            read(lab, 4);

            assertThat(requests(lab) - before).isEqualTo(6);
        }
    }

    @Test
    void whenBothFailTheCallHasBothCauses() {
        try (Lab lab = lab(true)) {
            warmUp(lab);
            lab.node("one").faults().inject(Fault.hang(), Call.READ);
            lab.node("two").faults().inject(Fault.hang(), Call.READ);

            Throwable failure = lab.failure(lab.async().get("k"));

            assertThat(failure.toString()).contains("one").contains("two");
        }
    }

    /** Read your writes. */
    @Test
    void oneThatStillHasToGetAWriteAnswersWithIt() {
        try (Lab lab = lab(true)) {
            warmUp(lab);
            lab.node("two").faults().injectNext(1, Fault.hang(), Call.APPLY);
            lab.await(lab.async().set("k", "newer"));
            lab.node("one").faults().inject(Fault.delayReply(LATE), Call.READ);
            for (int i = 0; i < 8; i++) {
                CompletableFuture<ReadResult<String>> read = lab.async().read("k");
                lab.advance(LATE);
                assertThat(read).isCompleted();
                assertThat(read.join().value()).contains("newer");
            }
        }
    }

    /** What another process wrote may not have come to the others yet: their miss would be told as the last word. */
    @ParameterizedTest
    @EnumSource(names = "MIRROR_SYNC", mode = EnumSource.Mode.EXCLUDE)
    void whereTheOthersMayLackAcknowledgedWritesNobodyIsAsked(WriteMode mode) {
        assertThat(asksOfTheSecond(mode)).isZero();
    }

    @Test
    void whereAWriteWaitsForTheOthersTheSecondIsAsked() {
        assertThat(asksOfTheSecond(WriteMode.MIRROR_SYNC)).isPositive();
    }

    private static long asksOfTheSecond(WriteMode mode) {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .mode(mode)
                .with(builder -> builder.set(Settings.HEDGED_READS, true))
                .start()) {
            warmUp(lab);
            lab.node("one").faults().inject(Fault.delayReply(LATE), Call.READ);
            long before = lab.node("two").reads();

            read(lab, 20);

            return lab.node("two").reads() - before;
        }
    }
}
