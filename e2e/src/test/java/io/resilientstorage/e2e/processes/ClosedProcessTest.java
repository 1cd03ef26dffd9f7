package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.testkit.net.NetworkFault;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A process that is closed with writes pending hands over what it can, and says of what it cannot whether it is lost.
 */
class ClosedProcessTest {

    private static final int KEYS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NOT_FLUSHED = "Closed while ";

    @Test
    void whatIsPendingIsInTheDatabaseWhenTheProcessHasEnded() throws IOException, SQLException {
        try (Fleet fleet = Fleet.empty();
                DirectBackend database = fleet.databaseItself();
                Connection held = fleet.postgres.connect();
                Statement statement = held.createStatement()) {
            LoadProcess process = fleet.idle("one");
            fleet.awaitInSync();
            held.setAutoCommit(false);
            statement.execute("lock table resilient_storage_records in exclusive mode");
            set(process, Fleet.REDIS);
            assertThat(values(database)).as("the control: all of it is pending").isEmpty();

            process.begin("stop");
            held.rollback();
            process.reply();

            assertThat(values(database)).hasSize(KEYS);
            assertThat(process.logged()).doesNotContain(NOT_FLUSHED);
            assertPending(fleet, Set.of(Fleet.DATABASE));
        }
    }

    @Test
    void whatCannotBeHandedOverIsToldAndItsHintsBringItLater() {
        try (Fleet fleet = Fleet.empty();
                DirectBackend redis = fleet.redisItself();
                DirectBackend database = fleet.databaseItself()) {
            LoadProcess process = fleet.idle("one");
            fleet.awaitInSync();
            fleet.toDatabase.inject(NetworkFault.blackhole());
            set(process, Fleet.REDIS);

            CallHistory history = fleet.stop();

            assertThat(process.logged()).containsPattern(notFlushed(Fleet.DATABASE) + "hints keep them");
            assertThat(values(database)).isEmpty();

            fleet.toDatabase.heal();
            fleet.idle("two");
            assertThat(Quiescence.await(redis, database, history.keys(), System.nanoTime(), PATIENCE)
                            .check(history))
                    .isEmpty();
            assertThat(values(database)).hasSize(KEYS);
        }
    }

    @Test
    void whatMemoryAloneHoldsIsToldAsLost() {
        try (Fleet fleet = Fleet.empty()) {
            LoadProcess process = fleet.idle("one");
            fleet.awaitInSync();
            fleet.toRedis.inject(NetworkFault.down());
            fleet.toDatabase.inject(NetworkFault.down());
            set(process, "memory");

            fleet.stop();

            for (String backend : List.of(Fleet.REDIS, Fleet.DATABASE)) {
                assertThat(process.logged()).containsPattern(notFlushed(backend) + "hints do not keep all");
            }
            assertPending(fleet, Set.of(Fleet.REDIS, Fleet.DATABASE));
        }
    }

    /** Of a record of the library's own there may be one more. */
    private static String notFlushed(String backend) {
        return NOT_FLUSHED + backend + " still lacked [" + KEYS + (KEYS + 1) + "] records; ";
    }

    private static void set(LoadProcess process, String takenBy) {
        for (int i = 0; i < KEYS; i++) {
            assertThat(process.ask("set", "key-" + i, "value=" + i).get(2)).isEqualTo(takenBy);
        }
    }

    /** What each receipt said was not there yet. */
    private static void assertPending(Fleet fleet, Set<String> backends) {
        assertThat(fleet.history().writes())
                .hasSize(KEYS)
                .allSatisfy(
                        write -> assertThat(write.end().orElseThrow().receipt().pending())
                                .isEqualTo(backends));
    }

    private static List<String> values(DirectBackend backend) {
        Map<String, Standing> standings =
                backend.read(IntStream.range(0, KEYS).mapToObj(i -> "key-" + i).toList());
        return standings.values().stream()
                .flatMap(standing -> standing.value().stream())
                .toList();
    }
}
