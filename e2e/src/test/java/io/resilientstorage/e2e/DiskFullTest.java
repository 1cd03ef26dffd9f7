package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static io.resilientstorage.e2e.EventRecorder.health;

import io.resilientstorage.api.Health;
import io.resilientstorage.testkit.servers.PostgresProcess;
import org.junit.jupiter.api.Test;

/** P1 when the disk of the primary is full: it reads, it answers probes that write a little, and takes no records. */
class DiskFullTest {

    @Test
    void noCallFailsHealthNamesTheDiskAndThePrimaryServesAgainWhenThereIsRoom() {
        try (PostgresProcess postgres =
                        PostgresProcess.builder().smallDisk("48m").start();
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
