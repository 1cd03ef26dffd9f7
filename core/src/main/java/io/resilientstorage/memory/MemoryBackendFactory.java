package io.resilientstorage.memory;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.SettingKind.OfNumber;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Makes memory backends from {@code memory:}, with the options {@code maxEntries} and {@code maxBytes}. */
public final class MemoryBackendFactory implements BackendFactory {

    private static final String MAX_ENTRIES = "maxEntries";
    private static final String MAX_BYTES = "maxBytes";

    /** Called by the service loader. */
    public MemoryBackendFactory() {}

    @Override
    public boolean supports(String scheme) {
        return scheme.equals("memory");
    }

    @Override
    public String defaultName(String scheme) {
        return "memory";
    }

    @Override
    public Backend create(BackendSettings settings) {
        Set<String> unknown = new TreeSet<>(settings.options().keySet());
        unknown.removeAll(Set.of(MAX_ENTRIES, MAX_BYTES));
        if (!unknown.isEmpty()) {
            throw new InvalidSettingException(
                    "backends." + settings.name() + ".options."
                            + unknown.iterator().next(),
                    "is not known; known are " + MAX_ENTRIES + ", " + MAX_BYTES);
        }
        return new MemoryBackend(new MemoryBounds(
                Math.toIntExact(number(settings, MAX_ENTRIES, MemoryBounds.DEFAULT.maxEntries(), Integer.MAX_VALUE)),
                number(settings, MAX_BYTES, MemoryBounds.DEFAULT.maxBytes(), Long.MAX_VALUE)));
    }

    private static long number(BackendSettings settings, String option, long otherwise, long max) {
        Map<String, String> options = settings.options();
        if (!options.containsKey(option)) {
            return otherwise;
        }
        String name = "backends." + settings.name() + ".options." + option;
        OfNumber kind = new OfNumber(1, max);
        return kind.check(
                name, kind.parse(name, options.getOrDefault(option, "").strip()));
    }
}
