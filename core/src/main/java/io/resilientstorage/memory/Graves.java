package io.resilientstorage.memory;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tombstones and what is left of records that have ended, so that nothing older comes back in their place. Kept for the
 * tombstone life, first in, first out at the bounds: the newest ones are the ones that matter. One with a hint stays.
 *
 * <p>Reads take no lock. The line is guarded by its own lock, which is held for a few steps only.
 */
final class Graves {

    private static final int STEP = 500;

    private record Place(Slot slot, Held dead, long bytes, long end) {}

    private final ConcurrentMap<Slot, Held> graves = new ConcurrentHashMap<>();
    private final Queue<Place> line = new ArrayDeque<>();
    private final int maxEntries;
    private final long maxBytes;
    private long lineBytes;

    Graves(MemoryBounds bounds) {
        this.maxEntries = Math.max(1, bounds.maxEntries() / 4);
        this.maxBytes = bounds.maxBytes() / 4;
    }

    @Nullable
    Held find(Slot slot) {
        return graves.get(slot);
    }

    /**
     * Puts one in. Called in the slot's atomic step.
     *
     * @param dead what is left of the record, without its bytes
     * @param end when it may be forgotten
     */
    void put(Slot slot, Held dead, long end) {
        graves.put(slot, dead);
        if (!dead.isPinned()) {
            Place place = new Place(slot, dead, dead.bytes(), end);
            synchronized (line) {
                line.add(place);
                lineBytes += place.bytes();
                while (line.size() > maxEntries || lineBytes > maxBytes) {
                    forgetFirst();
                }
            }
        }
    }

    /** Takes one out if it is still the same. */
    void remove(Slot slot, Held dead) {
        graves.computeIfPresent(slot, (any, standing) -> standing == dead ? null : standing);
    }

    /** Forgets what has come to its end, in small steps. */
    void sweep(long now) {
        boolean more = true;
        while (more) {
            synchronized (line) {
                for (int i = 0; i < STEP && more; i++) {
                    Place first = line.peek();
                    more = first != null && first.end() <= now;
                    if (more) {
                        forgetFirst();
                    }
                }
            }
        }
    }

    private void forgetFirst() {
        Place first = line.remove();
        lineBytes -= first.bytes();
        // What was replaced, or dug out by a newer value, is another one now, with a place of its own.
        remove(first.slot(), first.dead());
    }

    Stream<Slot> slots() {
        return graves.keySet().stream();
    }

    int size() {
        return graves.size();
    }

    void clear() {
        synchronized (line) {
            line.clear();
            lineBytes = 0;
        }
        graves.clear();
    }
}
