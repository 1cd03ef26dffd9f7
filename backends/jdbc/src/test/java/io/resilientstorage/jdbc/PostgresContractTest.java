package io.resilientstorage.jdbc;

import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.DurableBackendContract;
import io.resilientstorage.testkit.contract.SentinelContract;

class PostgresContractTest extends DurableBackendContract implements SentinelContract {

    @Override
    protected BackendFixture fixture() {
        return new PostgresFixture();
    }
}
