package io.resilientstorage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.ReadKind;
import org.junit.jupiter.api.Test;

/** P9: a miss that may be a record that was evicted is not told as the absence of the key. */
class EvictedMissTest {

    @Test
    void onceMemoryHasEvictedAMissIsUnknownAndBeforeThatItIsAbsent() {
        MemoryBackend backend = new MemoryBackend(new MemoryBounds(100, 1 << 20));
        try (ResilientStorage storage =
                ResilientStorage.builder().backend(backend).build()) {
            assertThat(storage.read("never written").kind()).isEqualTo(ReadKind.ABSENT);

            for (int i = 0; i < 1_000; i++) {
                storage.set("key " + i, "value");
            }

            assertThat(backend.usage().evicted()).isPositive();
            assertThat(storage.read("never written").kind()).isEqualTo(ReadKind.UNKNOWN);
        }
    }
}
