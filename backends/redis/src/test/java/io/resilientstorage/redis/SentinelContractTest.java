package io.resilientstorage.redis;

import io.resilientstorage.testkit.contract.BackendContract;
import io.resilientstorage.testkit.contract.BackendFixture;

/** The contract suite on the master that real sentinels name. */
class SentinelContractTest extends BackendContract {

    @Override
    protected BackendFixture fixture() {
        return new SentinelFixture();
    }
}
