package io.resilientstorage.jdbc;

import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.DurableBackendContract;
import io.resilientstorage.testkit.contract.LockStoreContract;
import io.resilientstorage.testkit.contract.SentinelContract;
import java.io.IOException;

class SqliteContractTest extends DurableBackendContract implements SentinelContract, LockStoreContract {

    @Override
    protected BackendFixture fixture() throws IOException {
        return new SqliteFixture();
    }
}
