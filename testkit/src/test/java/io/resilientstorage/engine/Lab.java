package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import io.resilientstorage.api.AsyncKeyValueStore;
import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.Codec;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.config.BackendOptions;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A storage in virtual time, on backends that fail on demand: real engine, real memory backends, no threads, no
 * waiting. Memory as the last resort is off unless a test switches it on.
 */
final class Lab implements AutoCloseable {

    static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration STEP = Duration.ofMillis(5);

    private final ManualTime time;
    private final StorageBuilder builder = ResilientStorage.builder();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<AgreedBackend> agreed = new ArrayList<>();
    private final List<StorageEvent> events = new ArrayList<>();
    private boolean asks;
    private @Nullable ResilientStorage storage;

    Lab() {
        this(1);
    }

    Lab(long seed) {
        time = new ManualTime(seed, ManualTime.Work.QUEUED);
        builder.time(time)
                .memory(false)
                .callTimeout(CALL_TIMEOUT)
                .set(Settings.START_TIMEOUT, Duration.ZERO)
                .set(Settings.CLOSE_TIMEOUT, Duration.ZERO)
                .onEvent(events::add);
    }

    /** Adds shared backends, in the order of their priorities. */
    Lab shared(String... names) {
        for (String name : names) {
            backend(name, StandIn.SHARED, options -> {});
        }
        return this;
    }

    /** Adds a backend. */
    Lab backend(String name, BackendTraits traits, Consumer<BackendOptions> options) {
        Node node = new Node(name, traits);
        nodes.put(name, node);
        AgreedBackend knowing = new AgreedBackend(node);
        agreed.add(knowing);
        builder.backend(asks ? node.faults() : knowing, settings -> {
            settings.name(name);
            options.accept(settings);
        });
        return this;
    }

    /** Lets the storage ask the backends that are added from now on what was agreed on for its namespaces. */
    Lab asking() {
        asks = true;
        return this;
    }

    /** Has all writes of all namespaces go in this mode. */
    Lab mode(WriteMode mode) {
        builder.writeMode(mode);
        agreed.forEach(backend -> backend.agree(mode));
        return this;
    }

    /** A namespace in a mode of its own, on which all have agreed. */
    KeyValueStore<String> namespace(String name, WriteMode mode) {
        agreed.forEach(backend -> backend.agree(name, mode));
        return storage().namespace(name, Codec.string(), NamespaceOptions.DEFAULT.withWriteMode(mode));
    }

    /** Adds the memory of this process as the last resort. */
    Lab memory() {
        builder.memory(true);
        return this;
    }

    Lab with(Consumer<StorageBuilder> settings) {
        settings.accept(builder);
        return this;
    }

    /** Nobody but the active backend gets a write, save better ones that are away. */
    Lab activeOnly() {
        return mode(WriteMode.ACTIVE_ONLY);
    }

    /** Changes a backend before the start. */
    Lab given(String name, Consumer<Node> change) {
        change.accept(node(name));
        return this;
    }

    /** Changes some backends before the start. */
    Lab given(List<String> names, Consumer<Node> change) {
        names.forEach(name -> given(name, change));
        return this;
    }

    Lab start() {
        return start(StorageBuilder::build);
    }

    Lab start(Function<StorageBuilder, ResilientStorage> how) {
        storage = how.apply(builder);
        return this;
    }

    ResilientStorage storage() {
        return Objects.requireNonNull(storage, "not started");
    }

    AsyncKeyValueStore<String> async() {
        return storage().async();
    }

    ManualTime time() {
        return time;
    }

    void advance(Duration by) {
        time.advance(by);
    }

    Node node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }

    BackendStatus status(String name) {
        return Objects.requireNonNull(storage().healthStatus().backends().get(name), name);
    }

    String active() {
        return storage().activeBackend().orElse("none");
    }

    /** Moves time until the call has ended, and holds it to its deadline. */
    <T> T await(CompletableFuture<T> call) {
        settle(call);
        return call.join();
    }

    /** As {@link #await}, for a call that fails. */
    Throwable failure(CompletableFuture<?> call) {
        settle(call);
        assertThat(call).isCompletedExceptionally();
        Throwable failure = call.handle((value, thrown) -> thrown).join();
        return failure.getCause() == null || failure instanceof io.resilientstorage.api.StorageException
                ? failure
                : failure.getCause();
    }

    private void settle(CompletableFuture<?> call) {
        long begun = time.clock().nanos();
        time.runDue();
        while (!call.isDone() && time.clock().nanos() - begun <= CALL_TIMEOUT.toNanos()) {
            time.advance(STEP);
        }
        assertThat(call.isDone()).as("the call has ended by its deadline").isTrue();
    }

    /** Everything that happened so far. */
    List<StorageEvent> events() {
        time.runDue();
        return List.copyOf(events);
    }

    /** What happened so far of one sort. */
    <E extends StorageEvent> List<E> events(Class<E> sort) {
        return events().stream().filter(sort::isInstance).map(sort::cast).toList();
    }

    @Override
    public void close() {
        if (storage != null) {
            storage.close();
        }
        assertThat(time.failures()).as("tasks that failed").isEmpty();
    }
}
