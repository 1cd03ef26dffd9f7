package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Durability;
import io.resilientstorage.e2e.processes.CallHistory.Write;
import io.resilientstorage.e2e.processes.Finding.Kind;
import io.resilientstorage.e2e.processes.JournalEvent.Acknowledged;
import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * P2 to P8 on real processes: three of them under load, Redis killed, hung, flushed and emptied, PostgreSQL killed,
 * both of them away, the network to either swallowing everything or the replies alone, and one process killed while
 * Redis is away and PostgreSQL alone has what it wrote. The system property {@value #SECONDS_PROPERTY} says for how
 * long the load runs about.
 */
class CrashDuringOutageTest {

    private static final String SECONDS_PROPERTY = "resilientstorage.e2e.seconds";
    private static final int SECONDS = Integer.getInteger(SECONDS_PROPERTY, 26);
    // The faults of a round and the calm between them take so many steps, the last outage two.
    private static final int STEPS_OF_A_ROUND = 17;
    private static final int STEPS_AT_THE_END = 2;
    private static final int SECONDS_OF_A_ROUND = 60;
    private static final int CALLS_PER_SECOND = 150;
    private static final int LEFT_BEHIND = 20;
    private static final int SHOWN = 20;
    private static final Duration BOUND = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void nothingAcknowledgedIsLostAndNothingOldComesBack() throws IOException {
        int rounds = Math.max(1, SECONDS / SECONDS_OF_A_ROUND);
        long step = (long) CALLS_PER_SECOND * SECONDS / (rounds * STEPS_OF_A_ROUND + STEPS_AT_THE_END);
        try (Fleet fleet = Fleet.empty().start(CALLS_PER_SECOND, "one", "two", "three");
                DirectBackend redis = fleet.redisItself();
                DirectBackend database = fleet.databaseItself()) {
            fleet.awaitInSync();
            for (int round = 0; round < rounds; round++) {
                faults(fleet, step);
            }
            long away = System.nanoTime();
            fleet.redis.kill();
            fleet.awaitCalls(step);
            await("three leaves writes behind")
                    .atMost(PATIENCE)
                    .until(() -> leftBehind(fleet.process("three"), away) >= LEFT_BEHIND);
            fleet.kill("three");
            long left = leftBehind(fleet.process("three"), away);
            fleet.awaitCalls(step);
            fleet.redis.restartEmpty();
            long healed = System.nanoTime();
            fleet.report("the last fault is over:");

            // It recovers under load, and is compared when that has stopped.
            fleet.awaitCalls(CALLS_PER_SECOND * Fleet.FAILBACK_DELAY.toSeconds());
            fleet.pause();
            fleet.report("the load has stopped, " + since(healed).toMillis() + " ms later:");
            CallHistory history = fleet.history();
            Quiescence end = Quiescence.await(redis, database, history.keys(), healed, PATIENCE);
            fleet.awaitInSync();
            Duration inSync = since(healed);
            fleet.report("all is in sync, " + inSync.toMillis() + " ms after the last fault:");

            List<Finding> findings = end.check(history);
            System.out.printf(
                    "%s; %d were left behind by the killed process; the backends agreed %s%n",
                    history, left, end.after().map(after -> after.toMillis() + " ms after the last fault"));
            assertThat(findings.stream().limit(SHOWN))
                    .as("the first of %d findings", findings.size())
                    .isEmpty();
            assertThat(history.failures()).isEmpty();
            assertThat(history.writes().stream().flatMap(write -> write.end().stream()))
                    .as("while both are away memory takes the writes")
                    .anyMatch(taken -> taken.receipt().backend().equals("memory"));
            assertThat(history.writes().stream()
                            .filter(write -> write.begun().nanos() > away
                                    && write.begun().nanos() < healed))
                    .as("lives that end during the last outage")
                    .anyMatch(write -> write.hasEnded(healed, Duration.ZERO));
            assertThat(end.after().orElse(PATIENCE)).isLessThan(BOUND.plus(Fleet.FAILBACK_DELAY));
        }
    }

    /**
     * The control: who mirrors nothing loses what an empty restart takes, and receipts that name nobody do not tell.
     */
    @Test
    void storageThatMirrorsNothingIsCaught() {
        try (Fleet fleet = Fleet.with(Map.of("writeMode", "ACTIVE_ONLY")).start(CALLS_PER_SECOND, "one", "two");
                DirectBackend redis = fleet.redisItself();
                DirectBackend database = fleet.databaseItself()) {
            fleet.awaitCalls(CALLS_PER_SECOND);
            fleet.pause();
            fleet.redis.kill();
            fleet.redis.restartEmpty();
            CallHistory history = fleet.history();
            Quiescence end =
                    Quiescence.await(redis, database, history.keys(), System.nanoTime(), Duration.ofSeconds(1));

            assertThat(end.check(history)).extracting(Finding::kind).contains(Kind.DURABLE_WRITE_LOST);
        }
    }

    /** One after the other, with calm in between. */
    private static void faults(Fleet fleet, long step) throws IOException {
        fleet.awaitCalls(step);
        fleet.redis.kill();
        fleet.awaitCalls(step);
        fleet.redis.restart();
        fleet.awaitCalls(step);
        fleet.redis.pause();
        fleet.awaitCalls(step);
        fleet.redis.resume();
        fleet.awaitCalls(step);
        assertThat(fleet.redis.command("FLUSHALL")).isEqualTo("+OK");
        fleet.awaitCalls(step);
        fleet.postgres.kill();
        fleet.awaitCalls(step);
        fleet.redis.kill();
        fleet.awaitCalls(step);
        fleet.postgres.restart();
        fleet.redis.restart();
        fleet.awaitCalls(step);
        badNetwork(fleet, fleet.toRedis, step, () -> fleet.awaitActive(Fleet.DATABASE));
        badNetwork(fleet, fleet.toDatabase, step, () -> {});
    }

    /** Nothing passes, and then, in a fault of its own, only what is sent to the server. */
    private static void badNetwork(Fleet fleet, FaultyProxy way, long step, Runnable noticed) {
        for (NetworkFault fault : List.of(NetworkFault.blackhole(), NetworkFault.repliesDropped())) {
            way.inject(fault);
            fleet.awaitCalls(step);
            noticed.run();
            way.heal();
            fleet.awaitCalls(step);
            fleet.awaitActive(Fleet.REDIS);
        }
    }

    /** How many keys of its own it has written to the database alone since then. */
    private static long leftBehind(LoadProcess process, long since) {
        CallHistory history = new CallHistory();
        process.addTo(history);
        return history.writes().stream()
                .filter(write -> write.begun().key().startsWith(process.name()))
                .filter(write -> write.begun().nanos() > since)
                .filter(write -> write.end()
                        .map(Acknowledged::receipt)
                        .filter(receipt -> receipt.durability() == Durability.DURABLE)
                        .isPresent())
                .map(Write::begun)
                .map(JournalEvent.Begun::key)
                .distinct()
                .count();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
