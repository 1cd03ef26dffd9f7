package io.resilientstorage.state;

import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the changes of the active backend, tells of each, and warns of flapping. Guarded by the keeper's lock, save
 * the count.
 */
final class ActiveHistory {

    /** So many changes within {@link #FLAPPING_WINDOW} are flapping. */
    static final int FLAPPING_SWITCHES = 4;

    static final Duration FLAPPING_WINDOW = Duration.ofMinutes(5);

    private final EventSink events;
    private final Clock clock;
    private final Deque<Long> recent = new ArrayDeque<>();
    private final AtomicLong switches = new AtomicLong();
    private long activeSince;

    ActiveHistory(EventSink events, Clock clock) {
        this.events = events;
        this.clock = clock;
        this.activeSince = clock.nanos();
    }

    long switches() {
        return switches.get();
    }

    void begin(Snapshot snapshot) {
        activeSince = clock.nanos();
        Optional<Integer> active = snapshot.active();
        if (active.isEmpty() && !snapshot.backends().isEmpty()) {
            events.publish(new StorageEvent.FailedOver(
                    now(),
                    snapshot.backend(0).name(),
                    Optional.empty(),
                    "at the start, " + snapshot.backend(0).trouble(),
                    Duration.ZERO));
        } else if (active.isPresent()
                && active.get() != 0
                && !snapshot.backend(0).isWell()) {
            events.publish(new StorageEvent.FailedOver(
                    now(),
                    snapshot.backend(0).name(),
                    snapshot.activeName(),
                    "at the start, " + snapshot.backend(0).trouble(),
                    Duration.ZERO));
        }
    }

    void compare(Snapshot former, Snapshot current) {
        Optional<Integer> from = former.active();
        Optional<Integer> to = current.active();
        if (from.equals(to)) {
            return;
        }
        long now = clock.nanos();
        Duration lasted = Duration.ofNanos(now - activeSince);
        activeSince = now;
        switches.incrementAndGet();
        boolean upwards = to.isPresent() && (from.isEmpty() || to.get() < from.get());
        events.publish(
                upwards
                        ? new StorageEvent.FailedBack(
                                now(),
                                former.activeName(),
                                current.backend(to.get()).name(),
                                lasted)
                        : new StorageEvent.FailedOver(
                                now(),
                                former.backend(from.orElseThrow()).name(),
                                current.activeName(),
                                current.backend(from.get()).trouble(),
                                lasted));
        noteFlapping(now);
    }

    private void noteFlapping(long now) {
        recent.addLast(now);
        while (now - recent.getFirst() > FLAPPING_WINDOW.toNanos()) {
            recent.removeFirst();
        }
        if (recent.size() >= FLAPPING_SWITCHES) {
            events.publish(new StorageEvent.Flapping(now(), recent.size(), FLAPPING_WINDOW));
            recent.clear();
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.wallMillis());
    }
}
