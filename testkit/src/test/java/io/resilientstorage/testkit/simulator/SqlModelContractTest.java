package io.resilientstorage.testkit.simulator;

import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.DurableBackendContract;
import io.resilientstorage.testkit.contract.SentinelContract;
import io.resilientstorage.testkit.contract.Subject;

/** The modelled SQL server keeps the contract that the real ones keep. */
class SqlModelContractTest extends DurableBackendContract implements SentinelContract {
    @Override
    protected BackendFixture fixture() {
        return new ModelFixture(new SqlModel("sql", Subject.TOMBSTONE_LIFE, System::currentTimeMillis));
    }
}
