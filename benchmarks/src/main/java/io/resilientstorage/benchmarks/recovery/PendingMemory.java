package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.config.Settings;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one pending record takes on the heap: many are made to wait for a Redis that is not there, while a backend that
 * keeps nothing takes the writes. What the heap has grown by, once all garbage is gone, is theirs.
 */
final class PendingMemory {

    private static final int COLLECTIONS = 3;
    private static final int TEXT_BYTES = 24;
    private static final int ARRAY_BYTES = 16;
    private static final int ALIGNMENT = 8;

    private PendingMemory() {}

    /** Fills, and measures the heap before and after. */
    static ObjectNode measure(int records) {
        // No server listens there: port 1 of the loopback address.
        try (ResilientStorage storage = ResilientStorage.builder()
                .backend("redis://127.0.0.1:1")
                .backend(new Taker(), options -> options.name("taker").priority(2))
                .memory(false)
                .set(Settings.START_TIMEOUT, Duration.ZERO)
                .set(Settings.MAX_PENDING_RECORDS, (long) records)
                .set(Settings.MAX_PENDING_BYTES, 1L << 40)
                .build()) {
            int before = records / 100;
            fill(storage, 0, before);
            long usedBefore = used();
            fill(storage, before, records);
            long grown = used() - usedBefore;
            ObjectNode seen = ResultFile.JSON.createObjectNode();
            seen.put(
                    "waiting",
                    Objects.requireNonNull(storage.healthStatus().backends().get("redis"))
                            .pending());
            seen.put("bytesEach", (double) grown / (records - before));
            seen.put("keyAndValueBytes", Rows.KEY_BYTES + Rows.VALUE_BYTES);
            seen.put("keyAndValueObjectBytes", text(Rows.KEY_BYTES) + text(Rows.VALUE_BYTES));
            return seen;
        }
    }

    /** A text of Latin letters and its array, on a heap with compressed pointers. */
    private static int text(int length) {
        return TEXT_BYTES + (ARRAY_BYTES + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void fill(ResilientStorage storage, int from, int to) {
        for (int i = from; i < to; i++) {
            storage.set(Rows.key(i), Rows.value(i, ""));
        }
    }

    private static long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
