package io.resilientstorage.memory;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.Change;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.contract.BackendContract;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.ImmediateReadsContract;
import io.resilientstorage.testkit.contract.RestartableBackend;
import io.resilientstorage.testkit.contract.Subject;
import java.util.List;

class MemoryBackendContractTest extends BackendContract implements ImmediateReadsContract {

    @Override
    protected BackendFixture fixture() {
        RestartableBackend backend = new RestartableBackend(MemoryBackend::new);
        return new BackendFixture() {
            @Override
            public Backend backend() {
                return backend;
            }

            @Override
            public void restartServer() {
                backend.restart();
            }

            /** Memory has no other clients: this is how a foreign value of a shared backend gets here. */
            @Override
            public void writeForeign(RecordKey key, int generation, byte[] value) {
                VersionedRecord record =
                        new VersionedRecord(key, Version.NONE, Content.value(value), VersionedRecord.NEVER);
                backend.apply(new ApplyRequest(
                                ApplyKind.SEED,
                                List.of(Change.of(record)),
                                generation,
                                ApplyRequest.NO_LIMIT,
                                Subject.TIMEOUT))
                        .toCompletableFuture()
                        .join();
            }

            @Override
            public boolean writeNewerFormat(RecordKey key, int generation) {
                return false;
            }

            @Override
            public void close() {}
        };
    }
}
