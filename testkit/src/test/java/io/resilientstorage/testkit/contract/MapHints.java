package io.resilientstorage.testkit.contract;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The hints of a {@link MapBackend}, behind the backend's own lock. */
final class MapHints implements HintStore {

    private record Place(String target, RecordKey key) {}

    private record Note(Hint hint, long claimedUntil, boolean parked) {}

    private final MapBackend backend;
    private final Map<Place, Note> notes = new HashMap<>();

    MapHints(MapBackend backend) {
        this.backend = backend;
    }

    /** Called under the backend's lock. */
    void note(String target, VersionedRecord record) {
        note(target, record.key(), record.version());
    }

    private void note(String target, RecordKey key, Version version) {
        notes.merge(
                new Place(target, key),
                new Note(new Hint(target, key, version, backend.now(), 0), 0, false),
                (old, fresh) -> {
                    if (!fresh.hint().version().isNewerThan(old.hint().version())) {
                        return old;
                    }
                    long since =
                            old.parked() ? fresh.hint().since() : old.hint().since();
                    return new Note(new Hint(target, key, version, since, 0), old.claimedUntil(), false);
                });
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        synchronized (backend) {
            long now = backend.now();
            List<Note> free = notes.values().stream()
                    .filter(note -> note.hint().target().equals(target) && !note.parked() && note.claimedUntil() <= now)
                    .sorted(Comparator.comparingLong(note -> note.hint().since()))
                    .limit(limit)
                    .toList();
            free.forEach(note -> notes.put(
                    new Place(target, note.hint().key()), new Note(note.hint(), now + claim.toMillis(), false)));
            return CompletableFuture.completedFuture(
                    free.stream().map(Note::hint).toList());
        }
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        synchronized (backend) {
            for (Hint hint : delivered) {
                if (!notes.containsKey(new Place(hint.target(), hint.key()))) {
                    backend.lacking(hint).ifPresent(version -> note(hint.target(), hint.key(), version));
                    continue;
                }
                notes.computeIfPresent(
                        new Place(hint.target(), hint.key()),
                        (place, note) -> backend.isDelivered(note.hint(), hint.version())
                                ? null
                                : new Note(note.hint(), 0, note.parked()));
            }
            return CompletableFuture.completedFuture(backend.cleared());
        }
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        synchronized (backend) {
            lacking.forEach(hint -> note(hint.target(), hint.key(), hint.version()));
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        return change(refused, note -> {
            Hint hint = note.hint();
            return new Note(
                    new Hint(hint.target(), hint.key(), hint.version(), hint.since(), hint.tries() + 1), 0, false);
        });
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        return change(poison, note -> new Note(note.hint(), 0, true));
    }

    private CompletionStage<Void> change(Collection<Hint> hints, Function<Note, @Nullable Note> change) {
        synchronized (backend) {
            for (Hint hint : hints) {
                notes.computeIfPresent(
                        new Place(hint.target(), hint.key()),
                        (place, note) -> backend.isSameHint(note.hint(), hint) ? change.apply(note) : note);
            }
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public CompletionStage<HintSummary> summary(String target) {
        synchronized (backend) {
            List<Note> mine = notes.values().stream()
                    .filter(note -> note.hint().target().equals(target))
                    .toList();
            List<Note> pending = mine.stream().filter(note -> !note.parked()).toList();
            long oldest = pending.stream()
                    .mapToLong(note -> backend.now() - note.hint().since())
                    .max()
                    .orElse(0);
            return CompletableFuture.completedFuture(
                    new HintSummary(pending.size(), mine.size() - pending.size(), oldest));
        }
    }
}
