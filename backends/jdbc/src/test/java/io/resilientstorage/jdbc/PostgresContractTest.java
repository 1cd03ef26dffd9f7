package io.resilientstorage.jdbc;

import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.DurableBackendContract;

class PostgresContractTest extends DurableBackendContract {

    @Override
    protected BackendFixture fixture() {
        return new PostgresFixture();
    }
}
