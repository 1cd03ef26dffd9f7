package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.record.RecordKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All that a modelled server holds. Iterates in the order of insertion, so that each run is the same. */
final class ServerState {

    final Map<Row.Place, Row> rows;
    final Map<Note.Place, Note> notes;
    Optional<Sentinel> sentinel = Optional.empty();
    long position;
    long floor;

    ServerState() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private ServerState(Map<Row.Place, Row> rows, Map<Note.Place, Note> notes) {
        this.rows = rows;
        this.notes = notes;
    }

    ServerState copy() {
        ServerState copy = new ServerState(new LinkedHashMap<>(rows), new LinkedHashMap<>(notes));
        copy.sentinel = sentinel;
        copy.position = position;
        copy.floor = floor;
        return copy;
    }

    /**
     * The newest version of a key that is known here. What expired is forgotten by a server like Redis while its hint
     * for another one still stands; whoever loses that hint loses the only trace of the write, as if the record had
     * stood.
     */
    Version newest(RecordKey key) {
        Row row = rows.get(new Row.Place(ModelBackend.GENERATION, key));
        Version newest = row == null ? Version.NONE : row.record().version();
        for (Note note : notes.values()) {
            if (note.hint().key().equals(key) && note.hint().version().isNewerThan(newest)) {
                newest = note.hint().version();
            }
        }
        return newest;
    }
}
