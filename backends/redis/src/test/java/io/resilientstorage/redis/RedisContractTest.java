package io.resilientstorage.redis;

import io.resilientstorage.testkit.contract.BackendContract;
import io.resilientstorage.testkit.contract.BackendFixture;

/** The contract suite on a real Redis. */
class RedisContractTest extends BackendContract {

    @Override
    protected BackendFixture fixture() {
        return new RedisFixture();
    }
}
