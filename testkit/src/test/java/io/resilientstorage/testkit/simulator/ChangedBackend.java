package io.resilientstorage.testkit.simulator;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.SentinelStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Hands everything on; a mutant changes one thing. */
class ChangedBackend implements Backend {

    final Backend real;

    ChangedBackend(Backend real) {
        this.real = real;
    }

    @Override
    public BackendTraits traits() {
        return real.traits();
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return real.read(request);
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return real.apply(request);
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return real.probe(timeout);
    }

    @Override
    public Optional<HintStore> hints() {
        return real.hints();
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return real.sentinels();
    }

    @Override
    public Optional<RecordScan> scan() {
        return real.scan();
    }

    @Override
    public Optional<ChangeScan> changes() {
        return real.changes();
    }
}
