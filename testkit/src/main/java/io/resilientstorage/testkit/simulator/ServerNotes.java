package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The hints of a {@link ModelServer}. Each method is one atomic step. */
final class ServerNotes {

    private final ModelServer server;

    ServerNotes(ModelServer server) {
        this.server = server;
    }

    /** Part of the step that stores a record. */
    void note(String target, RecordKey key, Version version, int generation) {
        Note.Place place = new Note.Place(target, key);
        Note before = server.state().notes.get(place);
        long now = server.millis();
        if (before == null) {
            server.state().notes.put(place, new Note(new Hint(target, key, version, now, 0), generation, 0, false));
        } else if (version.isNewerThan(before.hint().version())) {
            server.state().notes.put(place, before.renewed(version, now));
        }
    }

    List<Hint> claim(String target, int limit, Duration claim) {
        server.faults().refuseIfReadOnly();
        long now = server.millis();
        List<Note> free = server.state().notes.values().stream()
                .filter(note -> note.hint().target().equals(target) && !note.parked() && note.claimedUntil() <= now)
                .sorted(Comparator.comparingLong(note -> note.hint().since()))
                .limit(limit)
                .toList();
        List<Hint> claimed = new ArrayList<>();
        for (Note note : free) {
            server.state().notes.put(place(note.hint()), note.claimed(now + claim.toMillis()));
            claimed.add(note.hint());
        }
        return claimed;
    }

    ClearReply clear(Collection<Hint> delivered) {
        server.faults().refuseIfReadOnly();
        for (Hint hint : delivered) {
            Note note = server.state().notes.get(place(hint));
            if (note == null) {
                noteWhatIsNewer(hint);
                continue;
            }
            Version standing = server.standing(hint.key(), note.generation());
            boolean done = !note.hint().version().isNewerThan(hint.version()) && !standing.isNewerThan(hint.version());
            replace(place(hint), done ? null : note.released());
        }
        return server.clearReply();
    }

    /** A hint does not tell its generation: that of whatever stands. */
    private void noteWhatIsNewer(Hint delivered) {
        List<Integer> generations = server.state().rows.keySet().stream()
                .filter(place -> place.key().equals(delivered.key()))
                .map(Row.Place::generation)
                .toList();
        for (int generation : generations) {
            Version standing = server.standing(delivered.key(), generation);
            if (standing.isNewerThan(delivered.version())) {
                note(delivered.target(), delivered.key(), standing, generation);
            }
        }
    }

    void note(Collection<Hint> lacking, int generation) {
        server.faults().refuseIfReadOnly();
        lacking.forEach(hint -> note(hint.target(), hint.key(), hint.version(), generation));
    }

    void retry(Collection<Hint> refused) {
        change(refused, Note::retried);
    }

    void park(Collection<Hint> poison) {
        change(poison, Note::setAside);
    }

    private void change(Collection<Hint> hints, UnaryOperator<Note> change) {
        server.faults().refuseIfReadOnly();
        for (Hint hint : hints) {
            Note note = server.state().notes.get(place(hint));
            if (note != null && note.hint().version().equals(hint.version())) {
                replace(place(hint), change.apply(note));
            }
        }
    }

    private void replace(Note.Place place, @Nullable Note note) {
        if (note == null) {
            server.state().notes.remove(place);
        } else {
            server.state().notes.put(place, note);
        }
    }

    HintSummary summary(String target) {
        long now = server.millis();
        long pending = 0;
        long parked = 0;
        long oldest = 0;
        for (Note note : server.state().notes.values()) {
            if (!note.hint().target().equals(target)) {
                continue;
            }
            if (note.parked()) {
                parked++;
            } else {
                pending++;
                oldest = Math.max(oldest, now - note.hint().since());
            }
        }
        return new HintSummary(pending, parked, oldest);
    }

    private static Note.Place place(Hint hint) {
        return new Note.Place(hint.target(), hint.key());
    }
}
