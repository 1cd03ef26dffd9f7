package io.resilientstorage;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A user's own backend that is down. */
class DownBackend implements Backend {

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return CompletableFuture.failedFuture(BackendException.unreachable("down"));
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return CompletableFuture.failedFuture(BackendException.unreachable("down"));
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return CompletableFuture.failedFuture(BackendException.unreachable("down"));
    }
}
