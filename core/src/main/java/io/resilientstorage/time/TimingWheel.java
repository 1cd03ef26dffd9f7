package io.resilientstorage.time;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Things that are due at ticks: a hashed timing wheel (G. Varghese, T. Lauck, "Hashed and Hierarchical Timing Wheels",
 * 1987, scheme 6). Putting one in and taking it out are a few steps under the lock of one of the wheel's slots, however
 * many there are. It has no clock and no thread: whoever owns it says which tick it is.
 *
 * <p><b>Nothing is passed over.</b> A slot remembers the last tick that it was emptied for, under its lock. Who comes
 * with something for that tick or an earlier one, because its thread was held up, is turned away and knows it.
 *
 * <p>Safe for use by several threads.
 *
 * @param <T> what is put in
 */
public final class TimingWheel<T> {

    private final List<Slot<T>> slots;
    private final int mask;

    /**
     * An empty wheel.
     *
     * @param slots how many slots it has, a power of two. What is due after more ticks than that is passed by at each
     *     turn.
     */
    public TimingWheel(int slots) {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots must be a power of two, but is " + slots);
        }
        this.mask = slots - 1;
        this.slots = new ArrayList<>(slots);
        for (int i = 0; i < slots; i++) {
            this.slots.add(new Slot<>());
        }
    }

    /** How many slots it has. */
    public int size() {
        return slots.size();
    }

    /** Puts something in, and returns its place; null if its tick has been turned past. */
    public @Nullable Place<T> add(long tick, T item) {
        Slot<T> slot = slot(tick);
        Place<T> place = new Place<>(slot, tick, item);
        return slot.add(place) ? place : null;
    }

    /**
     * Takes out what is due at a tick or was due earlier, of those that share the tick's slot.
     *
     * @param slotOf the tick whose slot is looked into
     * @param now what is due at this tick or earlier is taken
     * @param limit how many at most; if it is reached there may be more
     */
    public List<T> takeDue(long slotOf, long now, int limit) {
        return slot(slotOf).takeDue(now, limit);
    }

    /** Whether nothing is in the slot of a tick. */
    public boolean isEmptyAt(long tick) {
        return slot(tick).isEmpty();
    }

    /** Whether nothing is in it. Looks into one slot after the other. */
    public boolean isEmpty() {
        return slots.stream().allMatch(Slot::isEmpty);
    }

    private Slot<T> slot(long tick) {
        return slots.get((int) (tick & mask));
    }

    /** Where something is in a wheel. Its links are guarded by the lock of its slot. */
    public static final class Place<T> {

        private final Slot<T> slot;
        private final long tick;
        private final T item;
        private @Nullable Place<T> previous;
        private @Nullable Place<T> next;
        private boolean taken = true;

        Place(Slot<T> slot, long tick, T item) {
            this.slot = slot;
            this.tick = tick;
            this.item = item;
        }

        /** Takes it out, if it is still in. */
        public void remove() {
            slot.remove(this);
        }
    }

    /** What falls on one place of the wheel, whatever the turn. */
    private static final class Slot<T> {

        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Place<T> first;
        private long emptiedFor = Long.MIN_VALUE;

        boolean add(Place<T> place) {
            lock.lock();
            try {
                if (place.tick <= emptiedFor) {
                    return false;
                }
                place.next = first;
                if (first != null) {
                    first.previous = place;
                }
                first = place;
                place.taken = false;
                return true;
            } finally {
                lock.unlock();
            }
        }

        void remove(Place<T> place) {
            lock.lock();
            try {
                unlink(place);
            } finally {
                lock.unlock();
            }
        }

        List<T> takeDue(long now, int limit) {
            lock.lock();
            try {
                List<T> due = new ArrayList<>();
                Place<T> place = first;
                while (place != null && due.size() < limit) {
                    Place<T> following = place.next;
                    if (place.tick <= now) {
                        due.add(place.item);
                        unlink(place);
                    }
                    place = following;
                }
                if (place == null) {
                    emptiedFor = Math.max(emptiedFor, now);
                }
                return due;
            } finally {
                lock.unlock();
            }
        }

        boolean isEmpty() {
            lock.lock();
            try {
                return first == null;
            } finally {
                lock.unlock();
            }
        }

        /** Under the lock. */
        private void unlink(Place<T> place) {
            if (place.taken) {
                return;
            }
            place.taken = true;
            if (place.previous == null) {
                first = place.next;
            } else {
                place.previous.next = place.next;
            }
            if (place.next != null) {
                place.next.previous = place.previous;
            }
            // So that one that somebody still holds keeps no others in memory.
            place.previous = null;
            place.next = null;
        }
    }
}
