package io.resilientstorage.server.config;

import io.resilientstorage.api.InvalidSettingException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/** Reads settings from a file, to the names that {@code StorageBuilder.properties} takes. */
public final class ConfigFile {

    private static final String OPTION = "--config";

    private ConfigFile() {}

    /**
     * Reads a file in UTF-8 by the form that its name says: {@code .properties}, {@code .yaml} or {@code .yml}.
     *
     * @throws InvalidSettingException if it cannot be read, or is not of that form
     */
    public static Map<String, String> read(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".properties")) {
            return properties(file, text(file));
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml")) {
            return YamlSettings.flatten(file, text(file));
        }
        throw bad(file, "must end in .properties, .yaml or .yml");
    }

    static InvalidSettingException bad(Path file, String problem) {
        return new InvalidSettingException(OPTION, "names " + file + ", which " + problem);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw bad(file, "does not exist");
        } catch (CharacterCodingException e) {
            throw bad(file, "is not text in UTF-8");
        } catch (IOException e) {
            throw bad(file, "cannot be read: " + e);
        }
    }

    private static Map<String, String> properties(Path file, String text) {
        Properties properties = new Properties();
        try (Reader reader = new StringReader(text)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw bad(file, "is no properties file: " + e.getMessage());
        }
        Map<String, String> settings = new LinkedHashMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> settings.put(name, properties.getProperty(name).strip()));
        return settings;
    }
}
