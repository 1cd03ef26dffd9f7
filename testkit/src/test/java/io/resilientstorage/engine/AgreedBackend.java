package io.resilientstorage.engine;

import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node on which all namespaces were agreed on long ago: says so itself, so that the faults and the counts of a test
 * meet the calls of the test alone.
 */
final class AgreedBackend implements Backend {

    private static final String NAMESPACE = "_rs";

    private final Node node;
    private final Map<String, WriteMode> modes = new ConcurrentHashMap<>();
    private volatile WriteMode otherwise = WriteMode.MIRROR_ASYNC;

    AgreedBackend(Node node) {
        this.node = node;
    }

    /** The mode of all namespaces that have none of their own. */
    void agree(WriteMode mode) {
        otherwise = mode;
    }

    /** The mode of one namespace. */
    void agree(String namespace, WriteMode mode) {
        modes.put(namespace, mode);
    }

    private ReadAnswer terms(RecordKey key) {
        String text = "1 writeMode=" + modes.getOrDefault(key.key(), otherwise) + " maxValueBytes=1048576";
        return new ReadAnswer.Hit(new VersionedRecord(key, Version.NONE, StandIn.text(text), VersionedRecord.NEVER));
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        if (request.keys().stream().noneMatch(key -> key.namespace().equals(NAMESPACE))) {
            return node.faults().read(request);
        }
        return CompletableFuture.completedFuture(new ReadReply(
                request.keys().stream().map(this::terms).toList(), node.server().incarnation()));
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return node.faults().apply(request);
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return node.faults().probe(timeout);
    }

    @Override
    public BackendTraits traits() {
        return node.faults().traits();
    }

    @Override
    public void open(BackendContext context) {
        node.faults().open(context);
    }

    @Override
    public Optional<ImmediateReads> immediateReads() {
        return node.faults().immediateReads();
    }

    @Override
    public Optional<HintStore> hints() {
        return node.faults().hints();
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return node.faults().sentinels();
    }

    @Override
    public Optional<RecordScan> scan() {
        return node.faults().scan();
    }

    @Override
    public Optional<LockStore> locks() {
        return node.faults().locks();
    }

    @Override
    public Optional<ChangeScan> changes() {
        return node.faults().changes();
    }

    @Override
    public void close(Duration patience) {
        node.faults().close(patience);
    }
}
