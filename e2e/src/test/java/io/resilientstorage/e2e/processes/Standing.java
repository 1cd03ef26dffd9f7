package io.resilientstorage.e2e.processes;

import io.resilientstorage.api.Version;
import java.util.Optional;

/**
 * What stands under a key in one backend.
 *
 * @param value the value; empty if there is none
 * @param version the version of the value, or of the tombstone; {@link Version#NONE} if nothing is known
 */
record Standing(Optional<String> value, Version version) {

    /** Nothing, and nothing known. */
    static final Standing NOTHING = new Standing(Optional.empty(), Version.NONE);

    /** Whether a reader sees the same. Of a deleted key one backend may know the tombstone and the other nothing. */
    boolean looksLike(Standing other) {
        return value.equals(other.value) && (value.isEmpty() || version.equals(other.version));
    }

    @Override
    public String toString() {
        return value.orElse("nothing") + " at " + version;
    }
}
