package io.resilientstorage.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The slots. A live record stands in a Caffeine cache, and what is dead in {@link Graves}: the two do not compete for
 * room, or a day's tombstones would crowd out the living.
 *
 * <p>The invariant: every change of a slot happens inside {@code compute} of the live cache for that slot, or, when the
 * cache itself takes a record out, inside its eviction listener, which runs in the same lock of that slot. So changes
 * of one slot never overlap, and a grave is dug before its record leaves the cache. A live record beats a grave of the
 * same slot that has not been taken out yet.
 *
 * <p>Whether a record has ended is judged at each look by the reference clock. {@link Ends} only frees the memory, some
 * seconds later.
 */
final class MemoryRecords {

    /** How many records one step of a sweep frees: each takes less than a microsecond. */
    private static final int SWEEP_STEP = 1_000;

    /** Parts of an entry, so that both bounds fit into one weight: see {@link #weight}. */
    private static final int UNITS_PER_ENTRY = 16;

    /** One change of a slot. */
    interface Step {
        /** Returns what is to stand there; the same object to leave all as it is. */
        @Nullable
        Held next(@Nullable Held standing);
    }

    private final MemoryBounds bounds;
    private final Ends ends;
    private final ReferenceClock reference;
    private final long tombstoneLifeMillis;
    private final Graves graves;
    private final PinBudget pins;
    private final Cache<Slot, Held> living;
    private final Policy<Slot, Held> quiet;
    private final ReadSample sample = new ReadSample();
    /** Grows before a grave is taken out from which a live record came, so that readers notice. */
    private final AtomicInteger leftGraves = new AtomicInteger();

    private final LongAdder evicted = new LongAdder();
    private volatile boolean hasEvicted;

    MemoryRecords(MemoryBounds bounds, Clock clock, ReferenceClock reference, Duration tombstoneLife) {
        this.bounds = bounds;
        this.ends = new Ends(clock, reference);
        this.reference = reference;
        this.tombstoneLifeMillis = tombstoneLife.toMillis();
        this.graves = new Graves(bounds);
        this.pins = new PinBudget(bounds);
        this.living = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight((long) bounds.maxEntries() * UNITS_PER_ENTRY)
                .weigher(this::weight)
                .evictionListener(this::onEviction)
                .build();
        this.quiet = living.policy();
    }

    PinBudget pins() {
        return pins;
    }

    /**
     * What stands in a slot, dead or alive. Between the two looks a record may come out of its grave; who then finds
     * neither looks again in the slot's atomic step.
     */
    @Nullable
    Held find(Slot slot) {
        int before = leftGraves.get();
        Held held = sample.takesNext() ? living.getIfPresent(slot) : quiet.getIfPresentQuietly(slot);
        if (held != null) {
            return held;
        }
        held = graves.find(slot);
        if (held != null || leftGraves.get() == before) {
            return held;
        }
        Look look = new Look();
        change(slot, look);
        return look.seen;
    }

    private static final class Look implements Step {
        private @Nullable Held seen;

        @Override
        public @Nullable Held next(@Nullable Held standing) {
            seen = standing;
            return standing;
        }
    }

    /** Changes a slot in one atomic step. */
    void change(Slot slot, Step step) {
        Change change = new Change(slot, step);
        living.asMap().compute(slot, (any, current) -> change.run(current));
        change.fillGrave();
    }

    private final class Change {
        private final Slot slot;
        private final Step step;
        private @Nullable Held leftGrave;

        Change(Slot slot, Step step) {
            this.slot = slot;
            this.step = step;
        }

        @Nullable
        Held run(@Nullable Held current) {
            Held grave = current == null ? graves.find(slot) : null;
            Held standing = current != null ? current : grave;
            Held next = step.next(standing);
            if (next == standing) {
                return current;
            }
            if (current != null) {
                ends.remove(current);
            }
            if (next == null) {
                // Only what lives is dropped: a grave keeps the version that it is there for.
                if (current != null) {
                    account(current, null);
                }
                return null;
            }
            if (!next.isLiveBy(reference)) {
                Held dead = next.withoutBytes();
                account(standing, dead);
                bury(slot, dead);
                return null;
            }
            account(standing, next);
            ends.add(slot, next);
            leftGrave = grave;
            return next;
        }

        /** Takes out the grave that a live record came out of, now that readers find the record. */
        void fillGrave() {
            if (leftGrave != null) {
                leftGraves.incrementAndGet();
                graves.remove(slot, leftGrave);
            }
        }
    }

    private void account(@Nullable Held before, @Nullable Held after) {
        long hints = hintsOf(after) - hintsOf(before);
        long bytes = pinnedBytesOf(after) - pinnedBytesOf(before);
        if (hints != 0 || bytes != 0) {
            pins.add(hints, bytes);
        }
    }

    private static long hintsOf(@Nullable Held held) {
        return held == null ? 0 : held.hints().size();
    }

    /** How many hints for some of these targets it has. */
    static long hintsOf(@Nullable Held held, Set<String> targets) {
        return held == null
                ? 0
                : targets.stream().filter(held.hints()::containsKey).count();
    }

    /** What it takes of the room for what is pinned. */
    static long pinnedBytesOf(@Nullable Held held) {
        return held != null && held.isPinned() ? held.bytes() : 0;
    }

    private void bury(Slot slot, Held dead) {
        graves.put(slot, dead, reference.millis() + tombstoneLifeMillis);
    }

    private void onEviction(@Nullable Slot slot, @Nullable Held held, RemovalCause cause) {
        if (slot == null || held == null) {
            return;
        }
        ends.remove(held);
        if (!held.isLiveBy(reference)) {
            bury(slot, held.withoutBytes());
        } else if (cause == RemovalCause.SIZE) {
            evicted.increment();
            hasEvicted = true;
        }
    }

    /**
     * Both bounds in one: an entry weighs its share of the entries or its share of the bytes, whichever is larger, and
     * all together weigh no more than all the entries. What is pinned weighs nothing, and so is never evicted.
     */
    private int weight(Slot slot, Held held) {
        if (held.isPinned()) {
            return 0;
        }
        double capacity = (double) bounds.maxEntries() * UNITS_PER_ENTRY;
        double share = Math.ceil(capacity * held.bytes() / bounds.maxBytes());
        return (int) Math.max(UNITS_PER_ENTRY, share);
    }

    /** The live cache as it stands, with records that have ended since; in no order. */
    Stream<Slot> slots() {
        return living.asMap().keySet().stream();
    }

    /** The slots of what has ended and is still remembered. */
    Stream<Slot> endedSlots() {
        return graves.slots();
    }

    /** Frees some of what has ended; readers never wait for it. Whether there may be more. */
    boolean sweep() {
        long now = reference.millis();
        List<Ends.Ending> ended = ends.takeEnded(SWEEP_STEP);
        ended.forEach(ending -> free(ending.slot(), ending.held()));
        graves.sweep(now);
        return ended.size() >= SWEEP_STEP;
    }

    private void free(Slot slot, Held ended) {
        living.asMap().computeIfPresent(slot, (any, current) -> {
            if (current != ended) {
                return current;
            }
            if (current.isLiveBy(reference)) {
                // The clock went back.
                ends.add(slot, current);
                return current;
            }
            bury(slot, current.withoutBytes());
            return null;
        });
    }

    /** Whether a live record was evicted since the start. */
    boolean hasEvicted() {
        return hasEvicted;
    }

    MemoryUsage usage() {
        long count = 0;
        long bytes = 0;
        for (Held held : living.asMap().values()) {
            if (!held.isPinned()) {
                count++;
                bytes += held.bytes();
            }
        }
        return new MemoryUsage(count, bytes, graves.size(), pins.hints(), pins.bytes(), evicted.sum());
    }

    void clear() {
        living.invalidateAll();
        graves.clear();
    }
}
