package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static io.resilientstorage.e2e.EventRecorder.health;

import io.resilientstorage.api.Health;
import io.resilientstorage.testkit.servers.PostgresProcess;
import org.junit.jupiter.api.Test;

/** P1 when the disk of the primary is full: it reads, it answers probes that write a little, and takes no records. */
class DiskFullTest {

    /**
     * Its dead rows are cleaned up at once: the load leaves tens of megabytes of them a second, of which it would fill
     * the disk again by itself.
     */
    private static PostgresProcess postgresOnASmallDisk() {
        return PostgresProcess.builder()
                .smallDisk("128m")
                .set("autovacuum_naptime", "1s")
                .set("autovacuum_vacuum_threshold", "100")
                .set("autovacuum_vacuum_scale_factor", "0")
                .set("autovacuum_vacuum_cost_delay", "0")
                .start();
    }

    @Test
    void noCallFailsHealthNamesTheDiskAndThePrimaryServesAgainWhenThereIsRoom() {
        try (PostgresProcess postgres = postgresOnASmallDisk();
                PostgresFirst outage = new PostgresFirst(postgres.url(), 6_000)) {
            postgres.fillDisk();
            outage.awaitPrimary(Health.DEGRADED, "No space left on device");
            outage.awaitActive(PostgresFirst.SECOND);

            postgres.makeRoom();
            outage.awaitPrimaryHealthy();
            outage.awaitActive(PostgresFirst.PRIMARY);

            outage.assertHeldThrough();
            outage.events.assertInOrder(
                    health(PostgresFirst.PRIMARY, Health.DEGRADED),
                    failedOver(PostgresFirst.PRIMARY, PostgresFirst.SECOND),
                    health(PostgresFirst.PRIMARY, Health.HEALTHY),
                    failedBack(PostgresFirst.SECOND, PostgresFirst.PRIMARY));
        }
    }
}
