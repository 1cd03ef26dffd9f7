package io.resilientstorage.jdbc;

import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.DurableBackendContract;
import java.io.IOException;

class SqliteContractTest extends DurableBackendContract {

    @Override
    protected BackendFixture fixture() throws IOException {
        return new SqliteFixture();
    }
}
