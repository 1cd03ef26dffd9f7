package io.resilientstorage.jdbc;

import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.DurableBackendContract;
import io.resilientstorage.testkit.contract.LockStoreContract;
import io.resilientstorage.testkit.contract.SentinelContract;
import org.junit.jupiter.api.Tag;

/** Behind a pooler in transaction mode, PostgreSQL keeps the same contract. */
@Tag("debian")
class PgBouncerContractTest extends DurableBackendContract implements SentinelContract, LockStoreContract {

    @Override
    protected BackendFixture fixture() {
        return new PostgresFixture(Pooler::plain);
    }
}
