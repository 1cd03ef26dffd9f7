package io.resilientstorage.server;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Storage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a backend to be healthy. */
final class HealthWait {

    private static final Logger LOG = LoggerFactory.getLogger(HealthWait.class);

    private HealthWait() {}

    /** Returns when the backend is healthy, or patience ends, or the thread is interrupted. */
    static void until(Storage storage, String backend, Duration patience) {
        CountDownLatch healthy = new CountDownLatch(1);
        Storage.Subscription events = storage.onEvent(event -> {
            if (isHealthy(storage, backend)) {
                healthy.countDown();
            }
        });
        try {
            // Listening comes before looking, so that no change is missed between the two.
            if (!isHealthy(storage, backend) && !healthy.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Backend {} is not healthy yet; the server starts without it", backend);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            events.close();
        }
    }

    private static boolean isHealthy(Storage storage, String backend) {
        BackendStatus status = storage.healthStatus().backends().get(backend);
        return status != null && status.health() == Health.HEALTHY;
    }
}
