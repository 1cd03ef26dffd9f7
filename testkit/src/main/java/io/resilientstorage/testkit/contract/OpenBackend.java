package io.resilientstorage.testkit.contract;

import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.testkit.SteppedTime;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** The opened backend of a test class, and its clock. */
final class OpenBackend {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final BackendFixture fixture;
    private final Backend backend;
    private final SteppedTime time = new SteppedTime();
    private final ReferenceClock clock = new ReferenceClock(time.clock());

    OpenBackend(BackendFixture fixture) {
        this.fixture = fixture;
        this.backend = fixture.backend();
        backend.open(new BackendContext("contract", time, clock, Subject.TOMBSTONE_LIFE));
        awaitReady();
        measureOffset();
    }

    BackendFixture fixture() {
        return fixture;
    }

    Backend backend() {
        return backend;
    }

    SteppedTime time() {
        return time;
    }

    long now() {
        return clock.millis();
    }

    /** Waits until the backend can be reached. */
    void awaitReady() {
        await("the backend can be reached")
                .pollDelay(Duration.ZERO)
                .atMost(PATIENCE)
                .until(this::answers);
    }

    private boolean answers() {
        try {
            backend.probe(Subject.TIMEOUT).toCompletableFuture().join();
            return true;
        } catch (CompletionException e) {
            if (e.getCause() instanceof BackendException) {
                return false;
            }
            throw e;
        }
    }

    /** As a prober of the engine does it: half the round trip is taken off. */
    private void measureOffset() {
        long before = clock.localMillis();
        ProbeReply reply = backend.probe(Subject.TIMEOUT).toCompletableFuture().join();
        long middle = (before + clock.localMillis()) / 2;
        Optional<Long> server = reply.serverMillis();
        server.ifPresent(millis -> clock.useOffset(millis - middle));
    }

    void close() throws Exception {
        try (time) {
            backend.close(CLOSING);
        } finally {
            fixture.close();
        }
    }
}
