package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A writer in one process that cannot reach Redis, and a reader in another that can: the writer's hints in PostgreSQL
 * are carried by the reader's process.
 */
class CutOffWriterTest {

    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int WRITES = 12;

    @Test
    void readerElsewhereSeesTheWriteWithinTwoSeconds() throws IOException {
        try (Fleet fleet = Fleet.empty();
                FaultyProxy proxy = FaultyProxy.to(fleet.redis.port())) {
            LoadProcess reader = fleet.start("reader", fleet.redis.url());
            LoadProcess writer = fleet.start("writer", "redis://127.0.0.1:" + proxy.port());
            fleet.awaitInSync();
            for (int i = 0; i < WRITES; i++) {
                assertThat(writer.ask("set", "key-" + i, "before=" + i).get(2)).isEqualTo(Fleet.REDIS);
                assertThat(seen(reader, i, "before=" + i).get(2)).isEqualTo(Fleet.REDIS);
            }
            proxy.inject(NetworkFault.down());

            List<Duration> delays = new ArrayList<>();
            List<String> where = new ArrayList<>();
            for (int i = 0; i < WRITES; i++) {
                List<String> acknowledged = writer.ask("set", "key-" + i, "after=" + i);
                assertThat(acknowledged.get(2)).isEqualTo(Fleet.DATABASE);
                List<String> seen = seen(reader, i, "after=" + i);
                delays.add(Duration.ofNanos(nanos(seen) - nanos(acknowledged)));
                where.add(seen.get(2));
            }
            System.out.println("a write of a process that is cut off is read elsewhere after ms: "
                    + delays.stream().map(Duration::toMillis).toList() + ", from " + where);
            assertThat(Collections.max(delays)).isLessThanOrEqualTo(BOUND);
        }
    }

    /** When the reader saw it, and where. */
    private static List<String> seen(LoadProcess reader, int number, String value) {
        List<String> reply = reader.ask("await", "key-" + number, value, Long.toString(PATIENCE.toMillis()));
        assertThat(reply.get(0)).as("what the reader saw of key-%d", number).isEqualTo("seen");
        return reply;
    }

    private static long nanos(List<String> reply) {
        return Long.parseLong(reply.get(1));
    }
}
