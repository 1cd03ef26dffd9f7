package io.resilientstorage.redis;

import io.resilientstorage.testkit.contract.BackendContract;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.LockStoreContract;
import io.resilientstorage.testkit.contract.ReleaseWatchContract;
import io.resilientstorage.testkit.contract.SentinelContract;

/** The contract suite on a real Cluster of three masters. */
class ClusterContractTest extends BackendContract implements SentinelContract, LockStoreContract, ReleaseWatchContract {

    @Override
    protected BackendFixture fixture() {
        return new ClusterFixture();
    }
}
