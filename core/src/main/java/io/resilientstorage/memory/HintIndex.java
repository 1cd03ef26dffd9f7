package io.resilientstorage.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The slots whose hints for one target wait, in the order in which the hints were made, and how many there are. Changed
 * in the slot's own step, so it may name a slot whose hint is only just being made or is gone already. Safe for use by
 * several threads.
 */
final class HintIndex {

    private final ConcurrentNavigableMap<Long, Slot> waiting = new ConcurrentSkipListMap<>();
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong parked = new AtomicLong();

    /** A hint of a slot takes the place of another; null for none. */
    void replace(Slot slot, @Nullable HintNote before, @Nullable HintNote after) {
        if (after != null && !after.parked() && (before == null || before.parked())) {
            waiting.put(after.number(), slot);
            pending.incrementAndGet();
        }
        if (before != null && !before.parked() && (after == null || after.parked())) {
            waiting.remove(before.number());
            pending.decrementAndGet();
        }
        parked.addAndGet((after != null && after.parked() ? 1 : 0) - (before != null && before.parked() ? 1 : 0));
    }

    /** Those that wait, by the numbers of their hints, the oldest first. */
    Iterable<Map.Entry<Long, Slot>> waiting() {
        return waiting.entrySet();
    }

    long pending() {
        return pending.get();
    }

    long parked() {
        return parked.get();
    }
}
