package io.resilientstorage.benchmarks.memory;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.benchmarks.allocation.AllocationCount;
import io.resilientstorage.benchmarks.allocation.AllocationCount.Whose;
import io.resilientstorage.benchmarks.allocation.ObjectFigures;
import io.resilientstorage.benchmarks.report.ResultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/** Counts what one get from memory allocates. */
public final class MemoryObjects {

    private static final int KEYS = 1_000;

    private MemoryObjects() {}

    /** Writes what it counts to the file that is named. */
    public static void main(String[] args) throws IOException, InterruptedException {
        String[] keys = Keys.of(KEYS);
        AtomicInteger turn = new AtomicInteger();
        ObjectNode counted = ResultFile.JSON.createObjectNode();
        try (ResilientStorage storage = ResilientStorage.builder().build();
                LoneMemoryBackend backend = new LoneMemoryBackend(keys)) {
            for (String key : keys) {
                storage.set(key, Keys.value(key));
            }
            counted.set(
                    ObjectFigures.LAYER,
                    ResultFile.JSON.valueToTree(AllocationCount.of(
                            () -> check(storage.get(keys[turn.incrementAndGet() % KEYS])
                                    .isPresent()),
                            Whose.CALLER)));
            counted.set(
                    ObjectFigures.SPI,
                    ResultFile.JSON.valueToTree(AllocationCount.of(
                            () -> check(backend.read(turn.incrementAndGet() % KEYS) instanceof ReadAnswer.Hit),
                            Whose.CALLER)));
        }
        Files.writeString(Path.of(args[0]), ResultFile.JSON.writeValueAsString(counted));
    }

    private static void check(boolean found) {
        if (!found) {
            throw new IllegalStateException("a key was lost");
        }
    }
}
