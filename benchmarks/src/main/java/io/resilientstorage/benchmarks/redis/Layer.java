package io.resilientstorage.benchmarks.redis;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.benchmarks.load.Subject;

/** The whole layer on Redis alone, with default settings and without memory. */
final class Layer implements AutoCloseable {

    private final ResilientStorage storage;

    Layer(String url) {
        storage = ResilientStorage.builder().backend(url).memory(false).build();
    }

    Subject get(Entries entries) {
        return key -> entries.check(key, storage.get(entries.key(key)).orElseThrow());
    }

    Subject set(Entries entries) {
        return key -> {
            Receipt receipt = storage.set(entries.key(key), entries.value(key), Entries.LIFE);
            if (receipt.superseded()) {
                throw new IllegalStateException("a direct write was superseded");
            }
        };
    }

    @Override
    public void close() {
        storage.close();
    }
}
