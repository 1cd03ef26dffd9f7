package io.resilientstorage.testkit.simulator;

import io.resilientstorage.backend.Sentinel;
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
}
