package io.resilientstorage.jdbc;

import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.DurableBackendContract;
import io.resilientstorage.testkit.contract.LockStoreContract;
import io.resilientstorage.testkit.contract.SentinelContract;

class PostgresContractTest extends DurableBackendContract implements SentinelContract, LockStoreContract {

    @Override
    protected BackendFixture fixture() {
        return new PostgresFixture();
    }
}
