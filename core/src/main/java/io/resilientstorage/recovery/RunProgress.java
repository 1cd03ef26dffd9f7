package io.resilientstorage.recovery;

import io.resilientstorage.api.Recovery;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** How far one run of a {@link Recoverer} is, over all its streams. Safe for use by several threads. */
final class RunProgress {

    private final String backend;
    private final Clock clock;
    /** What came by the streams before the present one. */
    private final AtomicLong records = new AtomicLong();

    private volatile Optional<Progress> stream = Optional.empty();
    private volatile long begunAt;

    RunProgress(String backend, Clock clock) {
        this.backend = backend;
        this.clock = clock;
    }

    /** A run begins. */
    void begin() {
        begunAt = clock.nanos();
        stream = Optional.empty();
        records.set(0);
    }

    /** A stream of this run begins. */
    void stream(Progress begun) {
        records.addAndGet(stream.map(Progress::records).orElse(0L));
        stream = Optional.of(begun);
    }

    /** What is being streamed now; empty if nothing is. */
    Optional<Recovery> recovery() {
        return stream.flatMap(Progress::recovery);
    }

    /** The run has ended well; empty if nothing was streamed. */
    Optional<StorageEvent> finished() {
        Optional<Progress> last = stream;
        stream = Optional.empty();
        long arrived = records.getAndSet(0) + last.map(Progress::records).orElse(0L);
        return last.map(any -> new StorageEvent.RecoveryFinished(
                Instant.ofEpochMilli(clock.wallMillis()), backend, arrived, Duration.ofNanos(clock.nanos() - begunAt)));
    }
}
