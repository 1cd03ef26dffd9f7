package io.resilientstorage.e2e.processes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Storage;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.record.Content.Value;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionException;

/**
 * One backend without a storage over it: nothing repairs what is read here, carries anything, or believes or
 * disbelieves a miss.
 */
final class DirectBackend implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int SLICE = 200;
    private static final int GENERATION = 0;

    private final Time time = Time.system();
    private final Backend backend;

    private DirectBackend(String name, String url) {
        BackendFactory factory = ServiceLoader.load(BackendFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.supports(URI.create(url).getScheme()))
                .findFirst()
                .orElseThrow();
        backend = factory.create(new BackendSettings(
                name, url, Optional.empty(), Optional.empty(), 1, true, TIMEOUT, Optional.empty(), Map.of()));
        backend.open(new BackendContext(name, time, new ReferenceClock(time.clock()), Duration.ofHours(24)));
    }

    /** Opens a backend, and waits until it answers. */
    static DirectBackend open(String name, String url) {
        DirectBackend direct = new DirectBackend(name, url);
        await(name + " answers").atMost(PATIENCE).until(direct::answers);
        return direct;
    }

    private boolean answers() {
        try {
            backend.probe(TIMEOUT).toCompletableFuture().join();
            return true;
        } catch (CompletionException e) {
            if (e.getCause() instanceof BackendException) {
                return false;
            }
            throw e;
        }
    }

    /** What stands under keys of the default namespace. */
    Map<String, Standing> read(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        Map<String, Standing> standings = new HashMap<>();
        for (int from = 0; from < all.size(); from += SLICE) {
            List<String> slice = all.subList(from, Math.min(all.size(), from + SLICE));
            List<RecordKey> records = slice.stream()
                    .map(key -> new RecordKey(Storage.DEFAULT_NAMESPACE, key))
                    .toList();
            ReadReply reply = backend.read(new ReadRequest(records, GENERATION, TIMEOUT))
                    .toCompletableFuture()
                    .join();
            for (int i = 0; i < slice.size(); i++) {
                standings.put(slice.get(i), standing(reply.answers().get(i)));
            }
        }
        return standings;
    }

    private static Standing standing(ReadAnswer answer) {
        if (answer instanceof ReadAnswer.Hit hit) {
            VersionedRecord record = hit.record();
            Optional<String> value = record.content() instanceof Value bytes
                    ? Optional.of(new String(bytes.bytes(), UTF_8))
                    : Optional.empty();
            return new Standing(value, record.version());
        }
        return new Standing(Optional.empty(), answer instanceof ReadAnswer.Miss miss ? miss.version() : Version.NONE);
    }

    @Override
    public void close() {
        backend.close(TIMEOUT);
        time.close();
    }
}
