package io.resilientstorage.memory;

import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.TimingWheel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a slot: the record, and the hints that came with it, by target. Immutable, save where it is in
 * {@link Ends}, which is changed in the slot's atomic step alone. Compared by identity.
 */
final class Held {

    /** About what the objects around a key and a value take, on a 64-bit machine. */
    private static final int OVERHEAD = 330;

    private static final Content NO_BYTES = Content.value(new byte[0]);

    private final VersionedRecord record;
    private final Map<String, HintNote> hints;
    private final boolean dead;
    private TimingWheel.@Nullable Place<Ends.Ending> end;

    Held(VersionedRecord record, Map<String, HintNote> hints) {
        this(record, hints, false);
    }

    private Held(VersionedRecord record, Map<String, HintNote> hints, boolean dead) {
        this.record = record;
        this.hints = Map.copyOf(hints);
        this.dead = dead;
    }

    VersionedRecord record() {
        return record;
    }

    /** Whether it has ended for good: no clock that goes back makes a live record of what is left of it. */
    boolean isDead() {
        return dead;
    }

    /** Whether a reader sees a value. */
    boolean isLiveBy(ReferenceClock clock) {
        return !dead && record.isLiveBy(clock);
    }

    /** The record as one that judges it at this time must see it. */
    VersionedRecord recordAt(long millis) {
        return dead && record.isLive(millis) ? record.withExpiresAt(millis) : record;
    }

    Map<String, HintNote> hints() {
        return hints;
    }

    /** Whether a hint still needs it, so that it must not be evicted. */
    boolean isPinned() {
        return !hints.isEmpty();
    }

    void endsAt(TimingWheel.Place<Ends.Ending> place) {
        end = place;
    }

    void endsNoMore() {
        if (end != null) {
            end.remove();
            end = null;
        }
    }

    /** About how many bytes it takes. */
    long bytes() {
        return bytes(record);
    }

    static long bytes(VersionedRecord record) {
        int value = record.content() instanceof Content.Value content ? content.length() : 0;
        return OVERHEAD + 2L * record.key().key().length() + value;
    }

    /** The same with another hint for a target, or with none. */
    Held withHint(String target, @Nullable HintNote note) {
        Map<String, HintNote> changed = new HashMap<>(hints);
        if (note == null) {
            changed.remove(target);
        } else {
            changed.put(target, note);
        }
        return new Held(record, changed, dead);
    }

    /** What is kept of a record that has ended: all but its bytes. */
    Held withoutBytes() {
        if (dead) {
            return this;
        }
        return record.content() instanceof Content.Value
                ? new Held(
                        new VersionedRecord(record.key(), record.version(), NO_BYTES, record.expiresAt()), hints, true)
                : new Held(record, hints, true);
    }
}
