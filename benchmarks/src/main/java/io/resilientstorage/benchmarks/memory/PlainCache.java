package io.resilientstorage.benchmarks.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.resilientstorage.memory.MemoryBounds;
import java.time.Duration;

/** Caffeine by itself, with the bound of the memory backend. */
final class PlainCache {

    private static final int WEIGHT = 16;

    private PlainCache() {}

    /** As the memory backend sets it up: bound by weight, and what the cache has to do is done by who calls. */
    static <V> Cache<String, V> make() {
        return builder().build();
    }

    /** The same with an expiry of each entry by itself, as one would have it who wants lives without the layer. */
    static Cache<String, String> expiring() {
        return builder()
                .expireAfter(Expiry.<String, String>writing((key, value) -> Duration.ofDays(1)))
                .build();
    }

    private static Caffeine<Object, Object> builder() {
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight((long) MemoryBounds.DEFAULT.maxEntries() * WEIGHT)
                .weigher((Object key, Object value) -> WEIGHT);
    }
}
