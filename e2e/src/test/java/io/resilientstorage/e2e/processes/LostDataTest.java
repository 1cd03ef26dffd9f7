package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Version;
import io.resilientstorage.e2e.processes.Finding.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A server loses what it had, or goes back to what it had before, while processes write: PostgreSQL's tables are
 * emptied, Redis comes back with an old snapshot. All that was acknowledged is there again, in both and through the
 * library, and what was deleted is not.
 */
class LostDataTest {

    private static final int CALLS_PER_SECOND = 150;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EMPTY_TABLES = "truncate resilient_storage_records, resilient_storage_hints";
    private static final String LIBRARY = "library";

    @Test
    void aDatabaseThatIsTruncatedWhileItRunsIsFilledAgain() {
        try (Fleet fleet = underLoad(Fleet.empty(), "one", "two")) {
            fleet.postgres.execute(EMPTY_TABLES);

            assertAllIsThereAgain(fleet);
        }
    }

    @Test
    void aDatabaseThatComesBackEmptyIsFilledAgain() {
        try (Fleet fleet = underLoad(Fleet.empty(), "one")) {
            fleet.postgres.kill();
            fleet.awaitCalls(CALLS_PER_SECOND);
            fleet.postgres.restart();
            fleet.postgres.execute(EMPTY_TABLES);

            assertAllIsThereAgain(fleet);
        }
    }

    @Test
    void aRedisThatComesBackWithAnOldSnapshotIsBroughtUpToDate() throws IOException {
        try (Fleet fleet = underLoad(Fleet.ofSnapshots(), "one", "two")) {
            assertThat(fleet.redis.command("SAVE")).isEqualTo("+OK");
            fleet.awaitCalls(2 * CALLS_PER_SECOND);
            fleet.redis.kill();
            fleet.awaitActive(Fleet.DATABASE);
            fleet.redis.restart();

            assertAllIsThereAgain(fleet);
        }
    }

    /** The control: where no process is left to mend it, either loss is found. */
    @Test
    void whatNobodyMendsIsFound() throws IOException {
        try (Fleet fleet = underLoad(Fleet.ofSnapshots(), "one");
                DirectBackend redis = fleet.redisItself();
                DirectBackend database = fleet.databaseItself()) {
            assertThat(fleet.redis.command("SAVE")).isEqualTo("+OK");
            fleet.awaitCalls(CALLS_PER_SECOND);
            CallHistory history = fleet.stop();
            assertThat(stands(redis, database, history)).isEmpty();

            fleet.redis.kill();
            fleet.redis.restart();
            fleet.postgres.execute(EMPTY_TABLES);

            assertThat(stands(redis, database, history))
                    .filteredOn(finding -> finding.kind() != Kind.BACKENDS_DIFFER)
                    .extracting(Finding::kind)
                    .contains(Kind.WRITE_OF_LIVING_PROCESS_LOST, Kind.DELETED_KEY_BACK);
        }
    }

    private static Fleet underLoad(Fleet fleet, String... processes) {
        fleet.start(CALLS_PER_SECOND, processes);
        fleet.awaitInSync();
        fleet.awaitCalls(CALLS_PER_SECOND);
        return fleet;
    }

    private static List<Finding> stands(DirectBackend redis, DirectBackend database, CallHistory history) {
        return Quiescence.await(redis, database, history.keys(), System.nanoTime(), Duration.ofSeconds(3))
                .check(history);
    }

    private static void assertAllIsThereAgain(Fleet fleet) {
        long since = System.nanoTime();
        fleet.awaitCalls(CALLS_PER_SECOND);
        fleet.pause();
        CallHistory history = fleet.history();
        try (DirectBackend redis = fleet.redisItself();
                DirectBackend database = fleet.databaseItself()) {
            Quiescence end = Quiescence.await(redis, database, history.keys(), since, PATIENCE);
            fleet.awaitInSync();
            assertThat(end.check(history)).isEmpty();
            System.out.printf("%s; the backends agreed %s%n", history, end.after());
            assertThat(end.standings().get(Fleet.DATABASE))
                    .as("the control: there is something to lose")
                    .satisfies(all -> assertThat(all.values())
                            .filteredOn(standing -> standing.value().isPresent())
                            .hasSizeGreaterThan(50));
            assertReadBack(fleet, history, redis, database);
        }
    }

    /** A process that comes new reads all of it, and nothing is stale or unknown. */
    private static void assertReadBack(Fleet fleet, CallHistory history, DirectBackend redis, DirectBackend database) {
        List<String> keys = new ArrayList<>(history.keys());
        try (ResilientStorage storage = ResilientStorage.builder()
                .backend(fleet.redis.url(), backend -> backend.name(Fleet.REDIS))
                .backend(fleet.postgres.url(), backend -> backend.name(Fleet.DATABASE))
                .memory(false)
                .build()) {
            // It believes both as soon as it has asked each of them once.
            await("what is read is what was acknowledged").atMost(PATIENCE).untilAsserted(() -> {
                long now = System.nanoTime();
                Map<String, Standing> read = new HashMap<>();
                for (String key : keys) {
                    ReadResult<String> result = storage.read(key);
                    assertThat(result.stale()).as("%s: %s", key, result).isFalse();
                    assertThat(result.kind()).as(key).isNotEqualTo(ReadKind.UNKNOWN);
                    read.put(key, standing(result));
                }
                Map<String, Map<String, Standing>> standings =
                        Map.of(Fleet.REDIS, redis.read(keys), Fleet.DATABASE, database.read(keys), LIBRARY, read);
                assertThat(Checker.check(history, Fleet.DATABASE, standings, now))
                        .isEmpty();
            });
        }
    }

    private static Standing standing(ReadResult<String> result) {
        return result instanceof Found<String> found
                ? new Standing(Optional.of(found.found()), found.version())
                : new Standing(Optional.empty(), Version.NONE);
    }
}
