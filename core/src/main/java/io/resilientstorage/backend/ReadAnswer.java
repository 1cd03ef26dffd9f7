package io.resilientstorage.backend;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.VersionedRecord;
import java.util.Objects;

/** What a backend has under one key. */
public sealed interface ReadAnswer {

    /**
     * A live value.
     *
     * @param record the record, never a tombstone and never expired; its version is {@link Version#NONE} if another
     *     client wrote it
     */
    record Hit(VersionedRecord record) implements ReadAnswer {
        /** Refuses null. */
        public Hit {
            Objects.requireNonNull(record, "record");
        }
    }

    /**
     * No live value.
     *
     * @param version the version of the tombstone or the expired record that stands there, {@link Version#NONE} if
     *     nothing is known
     */
    record Miss(Version version) implements ReadAnswer {
        /** Nothing is known of the key. */
        public static final Miss NOTHING = new Miss(Version.NONE);

        /** Refuses null. */
        public Miss {
            Objects.requireNonNull(version, "version");
        }
    }

    /**
     * Something stands there that this version of the library cannot read: a newer format, or no value at all.
     *
     * @param problem what it is, without the value
     */
    record Unreadable(String problem) implements ReadAnswer {}
}
