package io.resilientstorage.server.config;

import io.resilientstorage.api.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of the embedded database. It is made when it is needed, not before.
 *
 * @param path where it is
 */
public record DataDirectory(Path path) {

    /** The name of the SQLite file in it. */
    static final String DATABASE_FILE = "resilient-storage.db";

    /**
     * The JDBC URL of the SQLite file in this folder. Makes the folder.
     *
     * @throws InvalidSettingException if the folder cannot be made or written
     */
    String databaseUrl() {
        Path folder = path.toAbsolutePath().normalize();
        // The SQLite driver would take what follows for options.
        if (folder.toString().contains("?")) {
            throw new InvalidSettingException("--data", "is " + folder + ", and must not have a '?' in it");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new InvalidSettingException("--data", "is " + folder + ", which cannot be created: " + e);
        }
        if (!Files.isWritable(folder)) {
            throw new InvalidSettingException("--data", "is " + folder + ", which cannot be written");
        }
        return "jdbc:sqlite:" + folder.resolve(DATABASE_FILE);
    }
}
