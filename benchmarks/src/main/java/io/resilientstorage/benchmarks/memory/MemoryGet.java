package io.resilientstorage.benchmarks.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.resilientstorage.ResilientStorage;
import io.resilientstorage.backend.ReadAnswer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Reading a key from memory, all keys being there: by the whole layer, by Caffeine alone, and by the same Caffeine
 * behind circuit breakers of others with their default settings.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MemoryGet {

    /** The whole layer, with memory only and default settings. */
    @State(Scope.Benchmark)
    public static class Layer {
        private @Nullable ResilientStorage storage;

        /** Starts a storage and fills it. */
        @Setup
        public void start(Keys keys) {
            storage = ResilientStorage.builder().build();
            for (String key : keys.all()) {
                storage().set(key, Keys.value(key));
            }
            for (String key : keys.all()) {
                if (storage().get(key).isEmpty()) {
                    throw new IllegalStateException("the storage lost a key");
                }
            }
            Keys.settle();
        }

        /** Ends it. */
        @TearDown
        public void stop() {
            storage().close();
        }

        ResilientStorage storage() {
            return Objects.requireNonNull(storage);
        }
    }

    /** The memory backend, asked by its SPI. */
    @State(Scope.Benchmark)
    public static class Spi {
        private @Nullable LoneMemoryBackend backend;

        /** Opens and fills it. */
        @Setup
        public void start(Keys keys) {
            backend = new LoneMemoryBackend(keys.all());
            backend().check();
            Keys.settle();
        }

        /** Closes it. */
        @TearDown
        public void stop() {
            backend().close();
        }

        LoneMemoryBackend backend() {
            return Objects.requireNonNull(backend);
        }
    }

    /** Caffeine that holds texts. */
    @State(Scope.Benchmark)
    public static class Texts {
        final Cache<String, String> cache = PlainCache.make();
        final CircuitBreaker resilience4j = CircuitBreaker.ofDefaults("memory");
        final FailsafeExecutor<Object> failsafe = Failsafe.with(dev.failsafe.CircuitBreaker.ofDefaults());

        /** Fills it. */
        @Setup
        public void fill(Keys keys) {
            for (String key : keys.all()) {
                cache.put(key, Keys.value(key));
            }
            if (cache.estimatedSize() != keys.count()) {
                throw new IllegalStateException("the cache lost a key");
            }
            Keys.settle();
        }
    }

    /** Caffeine that holds texts, each with its own life. */
    @State(Scope.Benchmark)
    public static class ExpiringTexts {
        final Cache<String, String> cache = PlainCache.expiring();

        /** Fills it. */
        @Setup
        public void fill(Keys keys) {
            for (String key : keys.all()) {
                cache.put(key, Keys.value(key));
            }
            Keys.settle();
        }
    }

    /** Caffeine that holds UTF-8 bytes. */
    @State(Scope.Benchmark)
    public static class Bytes {
        final Cache<String, byte[]> cache = PlainCache.make();

        /** Fills it. */
        @Setup
        public void fill(Keys keys) {
            for (String key : keys.all()) {
                cache.put(key, Keys.value(key).getBytes(UTF_8));
            }
            Keys.settle();
        }
    }

    /** Through the whole layer. */
    @Benchmark
    public Optional<String> layer(Layer layer, Keys keys, Cursor cursor) {
        return layer.storage().get(keys.get(cursor.next()));
    }

    /** The memory backend by itself. */
    @Benchmark
    public ReadAnswer spi(Spi spi, Keys keys, Cursor cursor) {
        return spi.backend().read(cursor.next());
    }

    /** Caffeine alone. */
    @Benchmark
    public @Nullable String caffeine(Texts texts, Keys keys, Cursor cursor) {
        return texts.cache.getIfPresent(keys.get(cursor.next()));
    }

    /** Caffeine alone, with an expiry of each entry. */
    @Benchmark
    public @Nullable String caffeineExpiring(ExpiringTexts texts, Keys keys, Cursor cursor) {
        return texts.cache.getIfPresent(keys.get(cursor.next()));
    }

    /** Caffeine alone, its bytes decoded. */
    @Benchmark
    public @Nullable String caffeineDecoding(Bytes bytes, Keys keys, Cursor cursor) {
        byte[] found = bytes.cache.getIfPresent(keys.get(cursor.next()));
        return found == null ? null : new String(found, UTF_8);
    }

    /** The same Caffeine in a circuit breaker of Resilience4j. */
    @Benchmark
    public @Nullable String resilience4j(Texts texts, Keys keys, Cursor cursor) {
        String key = keys.get(cursor.next());
        return texts.resilience4j.executeSupplier(() -> texts.cache.getIfPresent(key));
    }

    /** The same Caffeine in a circuit breaker of Failsafe. */
    @Benchmark
    public @Nullable String failsafe(Texts texts, Keys keys, Cursor cursor) {
        String key = keys.get(cursor.next());
        return texts.failsafe.get(() -> texts.cache.getIfPresent(key));
    }
}
