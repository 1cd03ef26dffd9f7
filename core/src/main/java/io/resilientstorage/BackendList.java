package io.resilientstorage;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendOptions;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.lock.LockEngine;
import io.resilientstorage.memory.MemoryBackend;
import io.resilientstorage.memory.MemoryBounds;
import io.resilientstorage.namespace.Agreements;
import io.resilientstorage.replication.MirrorSet;
import io.resilientstorage.routing.RoutingStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the backends of what the user said, adds memory, and refuses what contradicts itself. */
final class BackendList {

    /** The priority of the memory that is added. */
    static final int MEMORY_PRIORITY = 999;

    private static final String MODULES = "redis:, redis-sentinel: and redis-cluster: (with TLS rediss:,"
            + " rediss-sentinel:, rediss-cluster:) come with resilient-storage-redis, postgresql:, supabase:, sqlite:"
            + " and jdbc: with resilient-storage-jdbc, memory: is always there";

    private static final Pattern SCHEME = Pattern.compile("((?:jdbc:)?[a-zA-Z][a-zA-Z0-9+.-]*):.*", Pattern.DOTALL);

    private final StorageSettings settings;
    private final RoutingStrategy strategy;

    BackendList(StorageSettings settings, RoutingStrategy strategy) {
        this.settings = settings;
        this.strategy = strategy;
    }

    /** The enabled backends by priority. */
    List<ConfiguredBackend> configure(List<StorageBuilder.Entry> entries) {
        Agreements.refuseUnmirrored(strategy.needsMirrors(), settings.get(Settings.WRITE_MODE));
        List<ConfiguredBackend> backends = new ArrayList<>();
        Map<String, Integer> names = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            StorageBuilder.Entry entry = entries.get(i);
            if (entry.options().enabled()) {
                backends.add(make(entry, i + 1));
            }
        }
        if (settings.get(Settings.MEMORY)
                && backends.stream().noneMatch(b -> b.traits().type() == BackendType.MEMORY)) {
            backends.add(memory());
        }
        if (backends.isEmpty()) {
            throw new InvalidSettingException(
                    "backends", "is empty: no backend is enabled, and memory is switched off");
        }
        if (backends.size() > MirrorSet.MOST_BACKENDS) {
            throw new InvalidSettingException(
                    "backends",
                    "has " + backends.size() + " that are enabled, memory included, and must have at most "
                            + MirrorSet.MOST_BACKENDS);
        }
        backends.forEach(b -> names.merge(b.settings().name(), 1, Integer::sum));
        names.forEach((name, count) -> {
            if (count > 1) {
                throw new InvalidSettingException(
                        "backends.name", "is '" + name + "' for " + count + " backends, and must be unique");
            }
        });
        LockEngine.check(
                settings,
                backends.stream()
                        .filter(b -> b.traits().scope() == Scope.SHARED)
                        .map(b -> b.settings().name())
                        .toList());
        backends.sort(Comparator.comparingInt(b -> b.settings().priority()));
        if (strategy.needsDistinctPriorities()) {
            refuseEqualPriorities(backends);
        }
        return backends;
    }

    private static void refuseEqualPriorities(List<ConfiguredBackend> sorted) {
        for (int i = 1; i < sorted.size(); i++) {
            BackendSettings one = sorted.get(i - 1).settings();
            BackendSettings other = sorted.get(i).settings();
            if (one.priority() == other.priority()) {
                throw new InvalidSettingException(
                        "backends." + other.name() + ".priority",
                        "is " + other.priority() + " as that of '" + one.name()
                                + "', and must be unique under a strategy that goes by it alone, as "
                                + Strategy.FAILOVER + " does");
            }
        }
    }

    private static ConfiguredBackend make(StorageBuilder.Entry entry, int place) {
        BackendOptions options = entry.options();
        if (entry.object().isPresent()) {
            Backend backend = entry.object().get();
            String type = backend.traits().type().name().toLowerCase(Locale.ROOT);
            return new ConfiguredBackend(options.settings(type, place, Duration.ofSeconds(1)), backend);
        }
        String url = options.url()
                .orElseThrow(() ->
                        new InvalidSettingException("backends." + options.name().orElse("?") + ".url", "is missing"));
        Matcher matcher = SCHEME.matcher(url);
        String setting = "backends." + options.name().orElse("?") + ".url";
        if (!matcher.matches()) {
            throw new InvalidSettingException(setting, "has no scheme, such as redis: or postgresql:");
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        BackendFactory factory = ServiceLoader.load(BackendFactory.class, BackendList.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(f -> f.supports(scheme))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException(
                        setting,
                        "has the scheme '" + scheme + "', which no backend module on the class path knows; "
                                + MODULES));
        BackendSettings complete =
                options.settings(factory.defaultName(scheme), place, factory.defaultAttemptTimeout());
        return new ConfiguredBackend(complete, factory.create(complete));
    }

    private ConfiguredBackend memory() {
        BackendOptions options =
                new BackendOptions().name("memory").url("memory:").priority(MEMORY_PRIORITY);
        BackendSettings complete = options.settings("memory", MEMORY_PRIORITY, Duration.ofSeconds(1));
        return new ConfiguredBackend(
                complete,
                new MemoryBackend(new MemoryBounds(
                        Math.toIntExact(settings.get(Settings.MEMORY_MAX_ENTRIES)),
                        settings.get(Settings.MEMORY_MAX_BYTES))));
    }
}
