package io.resilientstorage.testkit.contract;

/** The suite on the plainest backend that keeps it. */
class MapBackendContractTest extends DurableBackendContract
        implements SentinelContract, LockStoreContract, ReleaseWatchContract, ImmediateReadsContract {
    @Override
    protected BackendFixture fixture() {
        return new MapFixture(new MapBackend());
    }
}
