package io.resilientstorage.config;

import static io.resilientstorage.api.InvalidSettingException.requireNonNull;

import io.resilientstorage.api.InvalidSettingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads settings from properties: those of the storage by their names, those of a backend as
 * {@code backends.NAME.FIELD}.
 */
public final class PropertySource {

    private static final String BACKENDS = "backends.";

    private final Map<Setting<?>, String> settings = new LinkedHashMap<>();
    private final Map<String, BackendOptions> backends = new LinkedHashMap<>();

    /**
     * Sorts properties. Backends come in the order of their names unless their priorities say otherwise.
     *
     * @throws InvalidSettingException if a name is not known, a name or a text is null, or a backend's value is not
     *     legal
     */
    public PropertySource(Map<String, String> properties) {
        requireNonNull("properties", properties)
                .forEach((name, text) -> requireNonNull(requireNonNull("properties", name), text));
        new TreeMap<>(properties).forEach(this::take);
    }

    private void take(String name, String text) {
        if (name.startsWith(BACKENDS)) {
            takeBackend(name, text);
            return;
        }
        Optional<Setting<?>> setting =
                Settings.all().stream().filter(s -> s.name().equals(name)).findFirst();
        settings.put(
                setting.orElseThrow(() -> new InvalidSettingException(
                        name,
                        "is not known; known are backends.NAME.FIELD, "
                                + Settings.all().stream().map(Setting::name).collect(Collectors.joining(", ")))),
                text);
    }

    private void takeBackend(String name, String text) {
        int nameEnd = name.indexOf('.', BACKENDS.length());
        if (nameEnd < 0) {
            throw new InvalidSettingException(name, "is not known; a backend's settings are backends.NAME.FIELD");
        }
        String backend = name.substring(BACKENDS.length(), nameEnd);
        backends.computeIfAbsent(backend, n -> new BackendOptions().name(n)).parse(name.substring(nameEnd + 1), text);
    }

    /** Puts the storage's settings into a draft. */
    public void copyTo(StorageSettings.Draft draft) {
        settings.forEach(draft::parse);
    }

    /** What was said of each backend, by its name. */
    public Map<String, BackendOptions> backends() {
        return backends;
    }
}
