package io.resilientstorage.memory;

import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The hints. A hint is kept with its record, in the same slot, so that the two are changed in one step. Beside that
 * there is a {@link HintIndex} for each target; whoever comes by a slot there looks again inside the slot's own step.
 */
final class MemoryHints {

    private final MemoryRecords records;
    private final ReferenceClock clock;
    private final AtomicLong made = new AtomicLong();
    private final Map<String, HintIndex> indexes = new ConcurrentHashMap<>();
    /** The key generations that hints were made in: a hint does not tell its own. There is one, or hardly more. */
    private final Set<Integer> generations = ConcurrentHashMap.newKeySet();

    MemoryHints(MemoryRecords records, ReferenceClock clock) {
        this.records = records;
        this.clock = clock;
    }

    /**
     * What is to be held after a record was applied: with the hints that stood, and new ones. In the slot's own step.
     */
    Held note(Slot slot, @Nullable Held standing, VersionedRecord record, Set<String> targets) {
        Map<String, HintNote> hints = standing == null ? Map.of() : standing.hints();
        if (!targets.isEmpty()) {
            hints = new HashMap<>(hints);
            generations.add(slot.generation());
            for (String target : targets) {
                HintNote before = hints.get(target);
                hints.put(target, before == null ? first(slot, target, record) : renewed(slot, target, before, record));
            }
        }
        return new Held(record, hints);
    }

    private HintNote first(Slot slot, String target, VersionedRecord record) {
        HintNote note = HintNote.first(made.getAndIncrement(), record.version(), clock.millis());
        index(target).replace(slot, null, note);
        return note;
    }

    private HintNote renewed(Slot slot, String target, HintNote before, VersionedRecord record) {
        HintNote note = before.renewed(record.version());
        index(target).replace(slot, before, note);
        return note;
    }

    /** Made by who makes a hint, and by nobody else. */
    private HintIndex index(String target) {
        return indexes.computeIfAbsent(target, any -> new HintIndex());
    }

    private HintIndex indexIfAny(String target) {
        HintIndex index = indexes.get(target);
        return index == null ? new HintIndex() : index;
    }

    List<Hint> claim(String target, int limit, Duration claim) {
        List<Hint> claimed = new ArrayList<>();
        for (Map.Entry<Long, Slot> place : indexIfAny(target).waiting()) {
            if (claimed.size() >= limit) {
                break;
            }
            HintNote note = claim(place.getValue(), target, place.getKey(), claim.toMillis());
            if (note != null) {
                claimed.add(note.toHint(target, place.getValue().key()));
            }
        }
        return claimed;
    }

    private @Nullable HintNote claim(Slot slot, String target, long number, long millis) {
        long now = clock.millis();
        HintNote seen = noteOf(records.find(slot), target);
        if (seen != null && (seen.parked() || seen.claimedUntil() > now)) {
            return null;
        }
        return change(
                slot,
                target,
                note -> note.number() == number && !note.parked() && note.claimedUntil() <= now
                        ? note.claimed(now + millis)
                        : note);
    }

    void clear(Collection<Hint> delivered) {
        for (Hint hint : delivered) {
            generations.forEach(generation -> clear(new Slot(generation, hint.key()), hint));
        }
    }

    /**
     * A live record whose last hint goes is a copy of what lives elsewhere from then on. It goes as well: nobody would
     * tell this memory that it has changed there.
     */
    private void clear(Slot slot, Hint hint) {
        records.change(slot, standing -> {
            HintNote note = noteOf(standing, hint.target());
            if (standing == null) {
                return null;
            }
            if (note == null) {
                return standing.record().version().isNewerThan(hint.version())
                        ? standing.withHint(hint.target(), first(slot, hint.target(), standing.record()))
                        : standing;
            }
            if (note.version().isNewerThan(hint.version())
                    || standing.record().version().isNewerThan(hint.version())) {
                return standing.withHint(hint.target(), note.released());
            }
            index(hint.target()).replace(slot, note, null);
            Held without = standing.withHint(hint.target(), null);
            return without.isPinned() || !standing.isLiveBy(clock) ? without : null;
        });
    }

    void note(Collection<Hint> lacking) {
        for (Hint hint : lacking) {
            for (int generation : generations) {
                Slot slot = new Slot(generation, hint.key());
                records.change(slot, standing -> standing == null ? null : noted(slot, standing, hint));
            }
        }
    }

    private Held noted(Slot slot, Held standing, Hint hint) {
        HintNote before = standing.hints().get(hint.target());
        if (before == null) {
            return standing.withHint(hint.target(), first(slot, hint.target(), standing.record()));
        }
        HintNote note = before.renewed(hint.version());
        index(hint.target()).replace(slot, before, note);
        return note.equals(before) ? standing : standing.withHint(hint.target(), note);
    }

    void retry(Collection<Hint> refused) {
        changeAll(refused, HintNote::retried);
    }

    void park(Collection<Hint> poison) {
        changeAll(poison, HintNote::setAside);
    }

    private void changeAll(Collection<Hint> hints, UnaryOperator<HintNote> change) {
        for (Hint hint : hints) {
            for (int generation : generations) {
                change(
                        new Slot(generation, hint.key()),
                        hint.target(),
                        note -> note.version().equals(hint.version()) ? change.apply(note) : note);
            }
        }
    }

    /** Changes a note, if there is one. Returns the new one, or null if nothing was changed. */
    private @Nullable HintNote change(Slot slot, String target, UnaryOperator<HintNote> change) {
        Changed changed = new Changed();
        records.change(slot, standing -> {
            HintNote note = noteOf(standing, target);
            if (standing == null || note == null) {
                return standing;
            }
            HintNote next = change.apply(note);
            if (next.equals(note)) {
                return standing;
            }
            changed.note = next;
            index(target).replace(slot, note, next);
            return standing.withHint(target, next);
        });
        return changed.note;
    }

    private static final class Changed {
        private @Nullable HintNote note;
    }

    /** Costs the same however many there are. */
    HintSummary summary(String target) {
        HintIndex index = indexIfAny(target);
        return new HintSummary(index.pending(), index.parked(), oldest(index, target));
    }

    /** The first that is there, as a rule the very first. */
    private long oldest(HintIndex index, String target) {
        for (Map.Entry<Long, Slot> place : index.waiting()) {
            HintNote note = noteOf(records.find(place.getValue()), target);
            if (note != null && !note.parked()) {
                return Math.max(0, clock.millis() - note.since());
            }
        }
        return 0;
    }

    private static @Nullable HintNote noteOf(@Nullable Held held, String target) {
        return held == null ? null : held.hints().get(target);
    }
}
