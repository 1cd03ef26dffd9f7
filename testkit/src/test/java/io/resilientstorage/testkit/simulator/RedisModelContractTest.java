package io.resilientstorage.testkit.simulator;

import io.resilientstorage.testkit.contract.BackendContract;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.SentinelContract;
import io.resilientstorage.testkit.contract.Subject;

/** The modelled Redis keeps the contract that the real one keeps. */
class RedisModelContractTest extends BackendContract implements SentinelContract {
    @Override
    protected BackendFixture fixture() {
        return new ModelFixture(new RedisModel("redis", Subject.TOMBSTONE_LIFE, System::currentTimeMillis));
    }
}
