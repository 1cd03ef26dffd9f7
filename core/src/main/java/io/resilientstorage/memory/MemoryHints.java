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
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The hints. A hint is kept with its record, in the same slot, so that the two are changed in one step. Beside that
 * there is, for each target, an index of the slots in the order in which their hints were made; it may name a slot
 * whose hint is only just being made or is gone already, so whoever comes by it looks again inside the slot's own step.
 */
final class MemoryHints {

    private final MemoryRecords records;
    private final ReferenceClock clock;
    private final AtomicLong made = new AtomicLong();
    private final Map<String, ConcurrentNavigableMap<Long, Slot>> index = new ConcurrentHashMap<>();
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
                hints.put(target, before == null ? first(slot, target, record) : before.renewed(record.version()));
            }
        }
        return new Held(record, hints);
    }

    private HintNote first(Slot slot, String target, VersionedRecord record) {
        HintNote note = HintNote.first(made.getAndIncrement(), record.version(), clock.millis());
        index.computeIfAbsent(target, any -> new ConcurrentSkipListMap<>()).put(note.number(), slot);
        return note;
    }

    List<Hint> claim(String target, int limit, Duration claim) {
        List<Hint> claimed = new ArrayList<>();
        for (Map.Entry<Long, Slot> place : places(target).entrySet()) {
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
            places(hint.target()).remove(note.number());
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
        return hint.version().isNewerThan(before.version())
                ? standing.withHint(hint.target(), before.renewed(hint.version()))
                : standing;
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
            return standing.withHint(target, next);
        });
        return changed.note;
    }

    private static final class Changed {
        private @Nullable HintNote note;
    }

    HintSummary summary(String target) {
        long now = clock.millis();
        long pending = 0;
        long parked = 0;
        long oldest = 0;
        for (Slot slot : places(target).values()) {
            HintNote note = noteOf(records.find(slot), target);
            if (note != null && note.parked()) {
                parked++;
            } else if (note != null) {
                pending++;
                oldest = Math.max(oldest, now - note.since());
            }
        }
        return new HintSummary(pending, parked, oldest);
    }

    private static @Nullable HintNote noteOf(@Nullable Held held, String target) {
        return held == null ? null : held.hints().get(target);
    }

    private ConcurrentNavigableMap<Long, Slot> places(String target) {
        ConcurrentNavigableMap<Long, Slot> places = index.get(target);
        return places == null ? new ConcurrentSkipListMap<>() : places;
    }
}
