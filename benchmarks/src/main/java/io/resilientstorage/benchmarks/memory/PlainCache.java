package io.resilientstorage.benchmarks.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.resilientstorage.memory.MemoryBounds;
import java.time.Duration;

/** Caffeine as the memory backend sets it up: bound by weight, expiry of each entry by itself, no executor. */
final class PlainCache {

    private static final int WEIGHT = 16;

    private PlainCache() {}

    static <V> Cache<String, V> make() {
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight((long) MemoryBounds.DEFAULT.maxEntries() * WEIGHT)
                .weigher((String key, V value) -> WEIGHT)
                .expireAfter(Expiry.<String, V>writing((key, value) -> Duration.ofNanos(Long.MAX_VALUE)))
                .build();
    }
}
