package io.resilientstorage.backend;

import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A place where records are kept. The SPI: who brings a backend of their own writes {@link #read}, {@link #apply} and
 * {@link #probe}, and proves it with the contract suite of the testkit. All else is optional.
 *
 * <p>The rules:
 *
 * <ul>
 *   <li>Methods are called by several threads at once and must not block them. A blocking client belongs on
 *       {@link io.resilientstorage.time.Workers}.
 *   <li>A stage that fails, fails with a {@link BackendException} that sorts the failure; any other exception counts as
 *       <em>unavailable</em> with an unknown outcome.
 *   <li>A stage ends soon after the request's time-out, one way or the other. The engine does not wait for it longer
 *       than that.
 *   <li>A record is applied only if it is newer, in one atomic step: see {@link ApplyRule}, which says what that means
 *       and can be used.
 *   <li>A record that has expired, by the backend's own clock, is never returned as found.
 * </ul>
 */
public interface Backend {

    /** What kind of backend this is. Must not change. */
    default BackendTraits traits() {
        return BackendTraits.custom();
    }

    /**
     * Called once, before any other method but {@link #traits()} and {@link #close}; if it throws, again before the
     * next probe. Must not wait for a server: connecting is done in the background, and a server that is down is tried
     * again at least every second.
     */
    default void open(BackendContext context) {}

    /** Reads records. The answers stand in the order of the keys. */
    CompletionStage<ReadReply> read(ReadRequest request);

    /**
     * Reads one record, which is what is asked for most often; says the same as {@link #read} does. A backend that
     * answers many such calls overrides it, to make fewer objects.
     *
     * @param namespace the namespace of the key
     * @param key the key in it; two texts, so that no object is made for the question
     * @param generation as in {@link ReadRequest}
     * @param timeout how long it may take
     */
    default CompletionStage<ReadReply> readOne(String namespace, String key, int generation, Duration timeout) {
        return read(new ReadRequest(List.of(new RecordKey(namespace, key)), generation, timeout));
    }

    /**
     * Stores records, each in one atomic step with its condition and its hints. The results stand in the order of the
     * changes.
     */
    CompletionStage<ApplyReply> apply(ApplyRequest request);

    /**
     * Finds out whether the backend can do its work: writes, reads and deletes a key of its own, and tells the
     * backend's clock.
     *
     * @param timeout how long it may take
     */
    CompletionStage<ProbeReply> probe(Duration timeout);

    /**
     * Reads that wait for nothing; empty unless the backend is inside this process. Asked for once, before the backend
     * is opened; used only while it is open.
     */
    default Optional<ImmediateReads> immediateReads() {
        return Optional.empty();
    }

    /**
     * The notes of what other backends still have to get; empty if it cannot keep them in the same atomic step as the
     * record.
     */
    default Optional<HintStore> hints() {
        return Optional.empty();
    }

    /** The place of its sentinel; empty if it keeps none. Then whatever it misses after a new life began is doubted. */
    default Optional<SentinelStore> sentinels() {
        return Optional.empty();
    }

    /** Reading all records by prefix; empty if it cannot. */
    default Optional<RecordScan> scan() {
        return Optional.empty();
    }

    /** Reading all records in the order in which they were committed; empty if it cannot. Durable backends can. */
    default Optional<ChangeScan> changes() {
        return Optional.empty();
    }

    /** The locks that it keeps; empty if it keeps none. */
    default Optional<LockStore> locks() {
        return Optional.empty();
    }

    /**
     * Called once, after the last call, also if it was never opened. Closes connections and ends threads.
     *
     * @param patience how long to wait at most for what is under way
     */
    default void close(Duration patience) {}
}
