package io.resilientstorage.memory;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStore;
import java.util.concurrent.CompletionStage;

/** {@link MemoryLocks} as the SPI wants them, as long as the backend is open. */
final class MemoryLockStore implements LockStore {

    private final MemoryBackend backend;

    MemoryLockStore(MemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public CompletionStage<AuthorityReply> authority(String space) {
        return backend.call(open -> open.locks().authority(space));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(
            String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
        return backend.call(open -> open.locks().compareAndSet(space, life, expectedRevision, next, notAfter));
    }

    @Override
    public CompletionStage<LockReply> perform(LockRequest request) {
        return backend.call(open -> open.locks().perform(request));
    }
}
