package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;

import io.resilientstorage.testkit.servers.PostgresProcess;
import org.junit.jupiter.api.Test;

/** P1 when a PostgreSQL dies and its standby takes over, by a URL with both hosts. */
class PostgresPromotionTest {

    @Test
    void noCallFailsAndTheNewPrimaryIsUsedAfterItsPromotion() {
        try (PostgresProcess first = PostgresProcess.start();
                PostgresProcess second = first.standby();
                PostgresFirst outage = new PostgresFirst(
                        first.url().replaceFirst("/postgres$", ",127.0.0.1:" + second.port() + "/postgres"), 0)) {
            first.kill();
            outage.awaitActive(PostgresFirst.SECOND);

            second.promote();
            outage.awaitPrimaryHealthy();
            outage.awaitActive(PostgresFirst.PRIMARY);

            // The old one, back as a standby, is not taken for a primary.
            first.follow(second);
            first.restart();
            second.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where application_name = 'resilient-storage'");
            outage.awaitActive(PostgresFirst.PRIMARY);

            outage.assertHeldThrough();
            outage.events.assertInOrder(
                    failedOver(PostgresFirst.PRIMARY, PostgresFirst.SECOND),
                    failedBack(PostgresFirst.SECOND, PostgresFirst.PRIMARY));
        }
    }
}
