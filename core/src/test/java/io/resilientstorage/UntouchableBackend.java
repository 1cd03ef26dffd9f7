package io.resilientstorage;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that nobody may touch. It counts, since the engine survives what a backend throws. */
final class UntouchableBackend implements Backend {

    final AtomicInteger touched = new AtomicInteger();

    private AssertionError touch() {
        touched.incrementAndGet();
        return new AssertionError("touched");
    }

    @Override
    public BackendTraits traits() {
        throw touch();
    }

    @Override
    public void open(BackendContext context) {
        throw touch();
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        throw touch();
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        throw touch();
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        throw touch();
    }

    @Override
    public Optional<HintStore> hints() {
        throw touch();
    }

    @Override
    public Optional<RecordScan> scan() {
        throw touch();
    }

    @Override
    public Optional<ChangeScan> changes() {
        throw touch();
    }

    @Override
    public void close(Duration patience) {
        throw touch();
    }
}
