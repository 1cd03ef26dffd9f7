package io.resilientstorage.testkit.contract;

import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The sentinel of a {@link MapBackend}, behind the backend's own lock. */
final class MapSentinels implements SentinelStore {

    private final MapBackend backend;
    private Optional<String> text = Optional.empty();

    MapSentinels(MapBackend backend) {
        this.backend = backend;
    }

    /** Called under the backend's lock. */
    boolean isWarm() {
        return text.filter(stored -> stored.startsWith("1W")).isPresent();
    }

    /** Called under the backend's lock. */
    void clear() {
        text = Optional.empty();
    }

    /** Called under the backend's lock. */
    Optional<Sentinel> standing() {
        return text.map(Sentinel::parse);
    }

    @Override
    public CompletionStage<SentinelReply> read() {
        synchronized (backend) {
            return CompletableFuture.completedFuture(new SentinelReply(standing(), backend.incarnation()));
        }
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
        synchronized (backend) {
            boolean set = backend.isExpected(standing(), expected) && backend.isLife(life);
            if (set) {
                text = Optional.of(backend.stored(next));
            }
            return CompletableFuture.completedFuture(set);
        }
    }
}
