package io.resilientstorage.redis;

import io.resilientstorage.testkit.contract.BackendContract;
import io.resilientstorage.testkit.contract.BackendFixture;

/** The contract suite on a real Cluster of three masters. */
class ClusterContractTest extends BackendContract {

    @Override
    protected BackendFixture fixture() {
        return new ClusterFixture();
    }
}
