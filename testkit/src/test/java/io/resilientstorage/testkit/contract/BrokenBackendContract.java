package io.resilientstorage.testkit.contract;

import java.util.function.Supplier;

/** The suite on the backend that {@link BrokenBackendsTest} is about to try. Not run by itself. */
class BrokenBackendContract extends DurableBackendContract
        implements SentinelContract, LockStoreContract, ReleaseWatchContract, ImmediateReadsContract {

    /** What makes it; set by the thread that runs the suite. */
    static final ThreadLocal<Supplier<MapBackend>> MAKER = ThreadLocal.withInitial(() -> MapBackend::new);

    @Override
    protected BackendFixture fixture() {
        return new MapFixture(MAKER.get().get());
    }
}
