package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.DeleteResult;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Sync;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** A world with two processes in which one thing happens after the other. */
final class Script {

    /** Long enough for all that the engine does in the background while nothing is wrong. */
    static final Duration A_WHILE = Duration.ofSeconds(8);

    final World world;
    final SimulatedProcess p;
    final SimulatedProcess q;

    Script() {
        this(Plan.quiet(1));
    }

    Script(Plan plan) {
        world = new World(plan, true);
        p = world.process("P");
        q = world.process("Q");
        // Until each process has gone over to the better server, and knows the mode of the namespace.
        world.advance(Duration.ofSeconds(15));
        set(p, "first", "p");
        set(q, "first", "q");
        world.advance(A_WHILE);
    }

    ModelServer redis() {
        return world.redis();
    }

    ModelServer sql() {
        return world.sql();
    }

    void wait(Duration by) {
        world.advance(by);
    }

    Receipt set(SimulatedProcess process, String key, String value) {
        return world.await(process.calls().set(key, value, Optional.empty()));
    }

    Receipt set(SimulatedProcess process, String key, String value, Duration ttl) {
        return world.await(process.calls().set(key, value, Optional.of(ttl)));
    }

    DeleteResult delete(SimulatedProcess process, String key) {
        return world.await(process.calls().delete(key));
    }

    ReadResult<String> read(SimulatedProcess process, String key) {
        return world.await(process.calls().read(key));
    }

    /** The value that a server has, or nothing. */
    Optional<String> stands(ModelServer server, String key) {
        Optional<VersionedRecord> live = server.live(World.key(key), ModelBackend.GENERATION);
        return live.map(History::text);
    }

    /** Whether a process takes a server for whole. */
    boolean isWhole(SimulatedProcess process, String server) {
        return Objects.requireNonNull(
                                process.storage().healthStatus().backends().get(server))
                        .sync()
                == Sync.IN_SYNC;
    }

    void assertNotAbsent(ReadResult<String> result) {
        assertThat(result.kind()).as("%s%n%s", result, world.story()).isNotEqualTo(ReadKind.ABSENT);
    }

    /** All faults end, time passes, every promise has held, and both servers have this. */
    void settles(String key, Optional<String> value) {
        world.settle();
        assertThat(world.violations()).as(world.story()).isEmpty();
        for (ModelServer server : world.servers()) {
            assertThat(stands(server, key))
                    .as("%s in %s%n%s", key, server.name(), world.story())
                    .isEqualTo(value);
        }
    }
}
