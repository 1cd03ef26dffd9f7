package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.contract.BackendFixture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A modelled server in real time, with nothing between it and the suite but a lock. */
final class ModelFixture implements BackendFixture, Transport {

    private final ModelServer server;

    ModelFixture(ModelServer server) {
        this.server = server;
    }

    @Override
    public <T> CompletionStage<T> call(Object what, Duration timeout, Function<ModelServer, T> step) {
        synchronized (server) {
            try {
                return CompletableFuture.completedFuture(step.apply(server));
            } catch (BackendException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }

    @Override
    public Backend backend() {
        return new ModelBackend(server, this);
    }

    @Override
    public void restartServer() {
        synchronized (server) {
            server.faults().restart();
        }
    }

    @Override
    public void writeForeign(RecordKey key, int generation, byte[] value) {
        put(key, generation, value, true);
    }

    @Override
    public boolean writeNewerFormat(RecordKey key, int generation) {
        put(key, generation, new byte[0], false);
        return true;
    }

    @Override
    public void empty() {
        synchronized (server) {
            server.faults().flush();
        }
    }

    private void put(RecordKey key, int generation, byte[] value, boolean readable) {
        synchronized (server) {
            server.put(
                    new Row.Place(generation, key),
                    new VersionedRecord(key, Version.NONE, Content.value(value), VersionedRecord.NEVER),
                    readable);
        }
    }

    @Override
    public void close() {}
}
