package io.resilientstorage.memory;

import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.TimingWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Which records end when, so that what has ended is freed without a look at all the others. Caffeine could do that
 * itself, but then each of its reads would write into a buffer that threads share, and look at a clock.
 *
 * <p>By monotonic time, {@link #LINGER} after the end: neither an error of the reference clock nor a step of it that is
 * taken back frees a record early, or keeps this from going on.
 *
 * <p>Records are added and removed in the atomic step of their slot; {@link #takeEnded} is called by one thread.
 */
final class Ends {

    /** A record that ends, and where it stands. */
    record Ending(Slot slot, Held held) {}

    /** How long the bytes of a record that has ended stay in memory. */
    static final Duration LINGER = Duration.ofSeconds(45);

    private static final Duration TICK = Duration.ofSeconds(2);
    private static final int TICKS = 2_048;

    private final TimingWheel<Ending> wheel = new TimingWheel<>(TICKS);
    private final Clock clock;
    private final ReferenceClock reference;
    private final long origin;
    private long sweptTo;

    Ends(Clock clock, ReferenceClock reference) {
        this.clock = clock;
        this.reference = reference;
        this.origin = clock.nanos();
    }

    /** Remembers when a live record ends, if it does and may be freed then. */
    void add(Slot slot, Held held) {
        long expiresAt = held.record().expiresAt();
        if (expiresAt == VersionedRecord.NEVER || held.isPinned()) {
            return;
        }
        long life = Math.max(0, expiresAt - reference.millis()) + LINGER.toMillis();
        Ending ending = new Ending(slot, held);
        TimingWheel.Place<Ending> place = null;
        // The tick may just be passing; then the next one is early enough.
        for (long tick = tick() + life / TICK.toMillis() + 1; place == null; tick++) {
            place = wheel.add(tick, ending);
        }
        held.endsAt(place);
    }

    /** Forgets a record that stands no more. */
    void remove(Held held) {
        held.endsNoMore();
    }

    /**
     * Takes out those that have ended.
     *
     * @param limit how many at most; if there are so many, there may be more
     */
    List<Ending> takeEnded(int limit) {
        long now = tick();
        List<Ending> ended = new ArrayList<>();
        // After a long pause of the process each slot of the wheel is looked at once.
        for (long tick = Math.max(sweptTo + 1, now - TICKS + 1); tick <= now; tick++) {
            ended.addAll(wheel.takeDue(tick, now, limit - ended.size()));
            if (ended.size() >= limit) {
                return ended;
            }
            sweptTo = tick;
        }
        return ended;
    }

    private long tick() {
        return (clock.nanos() - origin) / TICK.toNanos();
    }
}
