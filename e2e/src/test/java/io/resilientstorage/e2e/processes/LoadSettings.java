package io.resilientstorage.e2e.processes;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What a {@link LoadProgram} is told in its file.
 *
 * @param process its name, which its values and its own keys begin with
 * @param journal the file of its journal
 * @param callsPerSecond how many calls it makes in a second at most, all threads together; 0 for none of its own
 * @param threads how many threads make them
 * @param ownKeys how many keys it has for itself
 * @param sharedKeys how many keys it shares with the other processes
 * @param longest when it ends by itself, whatever happens
 * @param storage the properties of its storage
 */
record LoadSettings(
        String process,
        Path journal,
        int callsPerSecond,
        int threads,
        int ownKeys,
        int sharedKeys,
        Duration longest,
        Map<String, String> storage) {

    private static final String STORAGE = "storage.";

    /** Copies the map. */
    LoadSettings {
        storage = Map.copyOf(storage);
    }

    /** Writes them to a file. */
    void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("process", process);
        properties.setProperty("journal", journal.toString());
        properties.setProperty("callsPerSecond", Integer.toString(callsPerSecond));
        properties.setProperty("threads", Integer.toString(threads));
        properties.setProperty("ownKeys", Integer.toString(ownKeys));
        properties.setProperty("sharedKeys", Integer.toString(sharedKeys));
        properties.setProperty("longest", longest.toString());
        storage.forEach((name, value) -> properties.setProperty(STORAGE + name, value));
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    /** Reads what {@link #write} wrote. */
    static LoadSettings read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, String> storage = new TreeMap<>();
        properties.forEach((name, value) -> {
            if (name.toString().startsWith(STORAGE)) {
                storage.put(name.toString().substring(STORAGE.length()), value.toString());
            }
        });
        return new LoadSettings(
                properties.getProperty("process"),
                Path.of(properties.getProperty("journal")),
                Integer.parseInt(properties.getProperty("callsPerSecond")),
                Integer.parseInt(properties.getProperty("threads")),
                Integer.parseInt(properties.getProperty("ownKeys")),
                Integer.parseInt(properties.getProperty("sharedKeys")),
                Duration.parse(properties.getProperty("longest")),
                storage);
    }
}
