package io.resilientstorage.memory;

import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.TimingWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Which records end when, so that what has ended is freed without a look at all the others. Caffeine could do that
 * itself, but then each of its reads would write into a buffer that threads share, and look at a clock.
 *
 * <p>Records are added and removed in the atomic step of their slot; {@link #takeEnded} is called by one thread.
 */
final class Ends {

    /** A record that ends, and where it stands. */
    record Ending(Slot slot, Held held) {}

    private static final long TICK_MILLIS = Duration.ofSeconds(2).toMillis();
    private static final int TICKS = 2_048;

    private final TimingWheel<Ending> wheel = new TimingWheel<>(TICKS);
    private long sweptTo;

    Ends(long nowMillis) {
        this.sweptTo = tick(nowMillis);
    }

    /** Remembers when a live record ends, if it does and may be freed then. */
    void add(Slot slot, Held held) {
        long expiresAt = held.record().expiresAt();
        if (expiresAt == VersionedRecord.NEVER || held.isPinned()) {
            return;
        }
        Ending ending = new Ending(slot, held);
        TimingWheel.Place<Ending> place = null;
        // The tick may just be passing; then the next one is early enough.
        for (long tick = tick(expiresAt) + 1; place == null; tick++) {
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
    List<Ending> takeEnded(long nowMillis, int limit) {
        long now = tick(nowMillis);
        List<Ending> ended = new ArrayList<>();
        // After a jump of the clock each slot of the wheel is looked at once.
        for (long tick = Math.max(sweptTo + 1, now - TICKS + 1); tick <= now; tick++) {
            ended.addAll(wheel.takeDue(tick, now, limit - ended.size()));
            if (ended.size() >= limit) {
                return ended;
            }
            sweptTo = tick;
        }
        return ended;
    }

    private static long tick(long millis) {
        return millis / TICK_MILLIS;
    }
}
