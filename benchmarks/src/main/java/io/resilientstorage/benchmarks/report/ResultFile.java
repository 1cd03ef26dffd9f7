package io.resilientstorage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A file of results, as JSON: the machine, and what was measured on it. */
public final class ResultFile {

    /** Reads and writes JSON, for people too. */
    public static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final String MACHINE = "machine";

    private final Path file;

    /** A file of this name, which need not be there yet. */
    public ResultFile(Path file) {
        this.file = file;
    }

    /** Whether it is there. */
    public boolean exists() {
        return Files.exists(file);
    }

    /** Writes results of this machine. */
    public void write(ObjectNode results) throws IOException {
        ObjectNode all = JSON.createObjectNode();
        all.set(MACHINE, JSON.valueToTree(Machine.here()));
        all.setAll(results);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, JSON.writeValueAsString(all) + "\n");
    }

    /** Reads it. */
    public JsonNode read() throws IOException {
        return JSON.readTree(Files.readString(file));
    }

    /** Where and when results were measured. */
    public static Machine machine(JsonNode results) {
        return JSON.treeToValue(results.path(MACHINE), Machine.class);
    }
}
