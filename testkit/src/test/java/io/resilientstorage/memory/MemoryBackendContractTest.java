package io.resilientstorage.memory;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.contract.BackendContract;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.ImmediateReadsContract;
import io.resilientstorage.testkit.contract.LockStoreContract;
import io.resilientstorage.testkit.contract.RestartableBackend;
import io.resilientstorage.testkit.contract.Subject;
import java.util.List;
import java.util.concurrent.CompletionStage;

class MemoryBackendContractTest extends BackendContract implements LockStoreContract, ImmediateReadsContract {

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

            /** In memory it takes no time to grant them all. */
            @Override
            public void useUpTokens(String space, int left) {
                LockStore locks = backend.locks().orElseThrow();
                Authority standing = result(locks.authority(space)).authority().orElseThrow();
                for (int used = standing.counter(); used < FencingToken.COUNTERS - left; used++) {
                    step(locks, LockAction.ACQUIRE, space, standing.terms());
                    step(locks, LockAction.RELEASE, space, standing.terms());
                }
            }

            @Override
            public void close() {}
        };
    }

    private static void step(LockStore locks, LockAction action, String space, LockTerms terms) {
        result(locks.perform(new LockRequest(
                action,
                space,
                "used up",
                "nobody",
                1_000,
                terms,
                FencingToken.NONE,
                ApplyRequest.NO_LIMIT,
                Subject.TIMEOUT)));
    }

    private static <T> T result(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
