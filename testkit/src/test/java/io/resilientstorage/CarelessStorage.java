package io.resilientstorage;

import io.resilientstorage.api.Version;
import io.resilientstorage.execution.Knowledge;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import org.jspecify.annotations.Nullable;

/** Storages whose reads leave out something of what their process knows. */
public final class CarelessStorage {

    private CarelessStorage() {}

    /** Reads do not look into what backends still have to get. */
    public static ResilientStorage withoutOverlay(StorageBuilder builder) {
        return builder.build(real -> new Changed(real) {
            @Override
            public boolean nothingPending(int index) {
                return true;
            }

            @Override
            public boolean nothingHeld() {
                return true;
            }
        });
    }

    /** What begins to wait for a backend does so right after reads have looked whether anything does. */
    public static ResilientStorage lookingTooEarly(StorageBuilder builder) {
        return builder.build(real -> new Changed(real) {
            @Override
            public boolean nothingPending(int index) {
                return true;
            }
        });
    }

    /** The clock does not move past what was read. */
    public static ResilientStorage withDeafClock(StorageBuilder builder) {
        return builder.build(real -> new Changed(real) {
            @Override
            public void seen(Version version) {}
        });
    }

    /** Hands everything on; a mutant changes one thing. */
    private static class Changed implements Knowledge {

        private final Knowledge real;

        Changed(Knowledge real) {
            this.real = real;
        }

        @Override
        public boolean nothingPending(int index) {
            return real.nothingPending(index);
        }

        @Override
        public @Nullable VersionedRecord pending(int index, RecordKey key) {
            return real.pending(index, key);
        }

        @Override
        public boolean nothingHeld() {
            return real.nothingHeld();
        }

        @Override
        public @Nullable VersionedRecord held(RecordKey key) {
            return real.held(key);
        }

        @Override
        public void seen(Version version) {
            real.seen(version);
        }
    }
}
