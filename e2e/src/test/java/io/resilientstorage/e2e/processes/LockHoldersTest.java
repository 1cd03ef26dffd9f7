package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.e2e.processes.LockHistory.Hold;
import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Processes that crash, stop and lose answers while they hold locks of one backend. */
class LockHoldersTest {

    private static final String WAITERS_PROPERTY = "resilientstorage.e2e.waiters";
    private static final int WAITERS = Integer.getInteger(WAITERS_PROPERTY, 16);
    private static final String TURNS_PROPERTY = "resilientstorage.e2e.waiterRounds";
    private static final int TURNS = Integer.getInteger(TURNS_PROPERTY, 2);
    private static final String ROUNDS_PROPERTY = "resilientstorage.e2e.leaderRounds";
    private static final int ROUNDS = Integer.getInteger(ROUNDS_PROPERTY, 4);

    /** What a machine with much to do may take longer than the bound. */
    private static final Duration BUSY = Duration.ofSeconds(2);

    private static final Duration LONG = Duration.ofSeconds(20);

    private static RedisProcess redis() {
        return RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");
    }

    @Test
    void killedHolderIsFollowedInTimeOnPostgres() {
        try (PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.on(postgres)) {
            holderIsKilled(fleet, "PostgreSQL");
        }
    }

    @Test
    void killedHolderIsFollowedInTimeOnRedis() {
        try (RedisProcess redis = redis();
                LockFleet fleet = LockFleet.on(redis)) {
            holderIsKilled(fleet, "Redis");
        }
    }

    private static void holderIsKilled(LockFleet fleet, String backend) {
        fleet.start("holder", "one", "other");
        fleet.acquire("holder", "job", LONG);
        fleet.ask("holder", "keep", "job");
        for (String waiting : List.of("one", "other")) {
            fleet.ask(waiting, "contend", "job", LockFleet.TTL, "5", Integer.toString(WAITERS / 2));
        }
        // It has been renewed once when it is killed.
        long first = fleet.history().holds("job").get(0).to();
        await().atMost(LockFleet.PATIENCE)
                .until(() -> fleet.history().holds("job").get(0).to() > first);
        assertThat(fleet.history().holds("job")).hasSize(1);
        fleet.process("holder").kill();
        long killed = System.nanoTime();
        Duration gap = Duration.ofNanos(fleet.awaitHold("job", killed).from() - killed);
        System.out.println(WAITERS + " waiters, holder killed, " + backend + ": next one after " + gap.toMillis()
                + " ms of a ttl of 1000 ms");
        assertThat(gap).isLessThan(LockFleet.MAX_TTL.plusMillis(500).plus(BUSY));
        int waiters = WAITERS / 2 * 2;
        await("every waiter has its turn, in a few rounds")
                .atMost(LockFleet.PATIENCE.multipliedBy(5))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    List<Hold> turns = turns(fleet);
                    return turns.size() >= TURNS * waiters
                            && turns.stream().map(Hold::owner).distinct().count() == waiters;
                });
        List<Hold> turns = turns(fleet);
        LongSummaryStatistics each =
                turns.stream().collect(Collectors.groupingBy(Hold::owner, Collectors.counting())).values().stream()
                        .mapToLong(Long::longValue)
                        .summaryStatistics();
        System.out.println(waiters + " waiters, " + backend + ": " + turns.size() + " turns, each had " + each.getMin()
                + " to " + each.getMax() + ", the longest time without one was "
                + longestWait(turns).toMillis()
                + " ms");
        assertThat(each.getMin()).as("turns of who had the fewest").isGreaterThanOrEqualTo(TURNS / 10);
        fleet.assertExclusive("job");
    }

    /** Those after the first holder's. */
    private static List<Hold> turns(LockFleet fleet) {
        List<Hold> all = fleet.history().holds("job");
        return all.subList(1, all.size());
    }

    private static Duration longestWait(List<Hold> turns) {
        Map<String, Long> last = new HashMap<>();
        long longest = 0;
        for (Hold turn : turns) {
            Long before = last.put(turn.owner(), turn.from());
            longest = Math.max(
                    longest, turn.from() - (before == null ? turns.get(0).from() : before));
        }
        return Duration.ofNanos(longest);
    }

    /**
     * The sentence that no lock service can do without: a paused one may write late, and only the row can refuse it.
     */
    @Test
    void stoppedHolderIsRefusedByAGuardedRowAndHarmsAnUnguardedOne() throws SQLException {
        try (PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.on(postgres)) {
            postgres.execute(FencedRow.TABLE);
            fleet.start("stopped", "next");
            long old = fleet.acquire("stopped", "job", LONG);
            String url = postgres.jdbcUrl();
            assertThat(fleet.ask("stopped", "guarded", url, Long.toString(old))).isEqualTo("true");
            fleet.process("stopped").signal("STOP");
            long token = fleet.acquire("next", "job", LONG);
            assertThat(token).isGreaterThan(old);
            assertThat(fleet.ask("next", "guarded", url, Long.toString(token))).isEqualTo("true");
            fleet.process("stopped").signal("CONT");

            assertThat(fleet.ask("stopped", "guarded", url, Long.toString(old))).isEqualTo("false");
            assertThat(fence(postgres)).isEqualTo(token);
            assertThat(fleet.ask("stopped", "unguarded", url, Long.toString(old)))
                    .as("an unguarded row takes the write of a former holder while another holds the lock")
                    .isEqualTo("true");
            assertThat(fence(postgres)).isEqualTo(old);
            fleet.assertExclusive("job");
        }
    }

    private static long fence(PostgresProcess postgres) throws SQLException {
        try (var connection = postgres.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT fence FROM account")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void answersThatAreLostLeaveNoLockBehind() {
        try (RedisProcess redis = redis();
                FaultyProxy proxy = FaultyProxy.to(redis.port());
                LockFleet fleet = LockFleet.on(redis)) {
            fleet.start("direct");
            fleet.start("deaf", Map.of("backends.redis.url", "redis://127.0.0.1:" + proxy.port()));
            // Both have seen the record.
            fleet.acquire("deaf", "job", LONG);
            fleet.acquire("direct", "another", LONG);
            assertThat(fleet.ask("direct", "try", "job", LockFleet.TTL)).startsWith("held ");

            proxy.inject(NetworkFault.repliesDropped());
            assertThat(fleet.ask("deaf", "release", "job")).isEqualTo("released false");
            fleet.acquire("direct", "job", LONG);
            fleet.ask("direct", "release", "job");

            assertThat(fleet.ask("deaf", "try", "job", LockFleet.TTL)).startsWith("unavailable UNREACHABLE ");
            long begun = System.nanoTime();
            fleet.acquire("direct", "job", LONG);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LockFleet.MAX_TTL.plus(BUSY));
            fleet.ask("direct", "release", "job");
            proxy.heal();
            fleet.acquire("deaf", "job", LONG);
            fleet.assertExclusive("job");
        }
    }

    @Test
    void deploymentWithAnotherMaxTtlIsRefused() {
        try (PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.on(postgres)) {
            fleet.start("standing");
            fleet.acquire("standing", "job", LONG);
            fleet.start("new", Map.of("locks.maxTtl", "2s"));
            for (String lock : List.of("job", "free")) {
                assertThat(fleet.ask("new", "try", lock, LockFleet.TTL))
                        .startsWith("unavailable DISAGREES ")
                        .contains("1000", "2000");
            }
            fleet.ask("standing", "release", "job");
            fleet.acquire("standing", "job", LONG);
            fleet.assertExclusive("job");
        }
    }

    /** What the snapshot does not know of was granted all the same, and nobody may have it before it ended. */
    @Test
    void redisThatComesBackWithAnOldSnapshotGrantsNothingThatIsStillHeld() throws IOException {
        try (RedisProcess redis = RedisProcess.start();
                LockFleet fleet = LockFleet.on(redis)) {
            fleet.start("holder", "one", "other");
            fleet.acquire("one", "old", LONG);
            assertThat(redis.command("SAVE")).isEqualTo("+OK");
            long token = fleet.acquire("holder", "job", LONG);
            redis.kill();
            redis.restart();
            long restarted = System.nanoTime();
            fleet.ask("one", "contend", "job", LockFleet.TTL, "20", "2");
            fleet.ask("other", "contend", "job", LockFleet.TTL, "20", "2");
            Hold next = fleet.awaitHold("job", restarted);
            assertThat(next.token()).isGreaterThan(token);
            assertThat(Duration.ofNanos(next.from() - restarted)).isGreaterThan(LockFleet.MAX_TTL);
            fleet.assertExclusive("job");
        }
    }

    @Test
    void leaderThatIsKilledOrStoppedIsFollowedAndThereAreNeverTwo() {
        try (PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.on(postgres)) {
            fleet.start("p0", "p1", "p2");
            List.of("p0", "p1", "p2").forEach(name -> fleet.ask(name, "elect", "leader", LockFleet.TTL));
            Hold leader = fleet.awaitHold("leader", Long.MIN_VALUE);
            LongSummaryStatistics killed = new LongSummaryStatistics();
            LongSummaryStatistics stopped = new LongSummaryStatistics();
            for (int round = 0; round < ROUNDS; round++) {
                boolean kill = round % 2 == 0;
                if (kill) {
                    fleet.process(leader.owner()).kill();
                } else {
                    fleet.process(leader.owner()).signal("STOP");
                }
                long gone = System.nanoTime();
                Hold next = fleet.awaitHold("leader", gone);
                (kill ? killed : stopped).accept((next.from() - gone) / 1_000_000);
                assertThat(next.owner()).isNotEqualTo(leader.owner());
                if (kill) {
                    String name = "p" + (round + 3);
                    fleet.start(name);
                    fleet.ask(name, "elect", "leader", LockFleet.TTL);
                } else {
                    fleet.process(leader.owner()).signal("CONT");
                }
                leader = next;
            }
            System.out.println("leader killed " + killed.getCount() + " times: a new one after " + gaps(killed)
                    + "; stopped " + stopped.getCount() + " times: after " + gaps(stopped) + "; lease of 1000 ms");
            assertThat(Duration.ofMillis(Math.max(killed.getMax(), stopped.getMax())))
                    .isLessThan(LockFleet.MAX_TTL.plusSeconds(1).plus(BUSY));
            fleet.assertExclusive("leader");
        }
    }

    private static String gaps(LongSummaryStatistics millis) {
        return millis.getMin() + " to " + millis.getMax() + " ms, " + Math.round(millis.getAverage()) + " on average";
    }
}
