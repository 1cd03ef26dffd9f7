package io.resilientstorage.backend;

import java.util.Objects;

/**
 * Names one life of a backend's content: it changes when a server restarts or another one takes its place, for then the
 * content may not be what it was.
 *
 * @param id any text; equal texts mean the same life
 */
public record Incarnation(String id) {

    /** Refuses null. */
    public Incarnation {
        Objects.requireNonNull(id, "id");
    }
}
