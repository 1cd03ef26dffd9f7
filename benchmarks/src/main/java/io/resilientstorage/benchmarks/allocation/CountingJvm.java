package io.resilientstorage.benchmarks.allocation;

import io.resilientstorage.benchmarks.report.ResultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** A JVM of its own, in which {@link AllocationCount} can count. */
public final class CountingJvm {

    private CountingJvm() {}

    /** Runs a class that writes JSON to the file that it is told, and returns that. */
    public static JsonNode run(Class<?> main) throws IOException, InterruptedException {
        Path file = Files.createTempFile("objects-", ".json");
        try {
            // G1 has no other fast way to allocate, which would pass the recorder by.
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseG1GC",
                            "-XX:-UseTLAB",
                            "-Xlog:disable",
                            "-cp",
                            System.getProperty("java.class.path"),
                            main.getName(),
                            file.toString())
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException("the objects could not be counted");
            }
            return ResultFile.JSON.readTree(Files.readString(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
