package io.resilientstorage.jdbc;

import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.DurableBackendContract;
import io.resilientstorage.testkit.contract.LockStoreContract;
import io.resilientstorage.testkit.contract.SentinelContract;
import org.junit.jupiter.api.Tag;

/** And so it does as Supabase offers it: by TLS, with few connections and a user with the project in its name. */
@Tag("debian")
class SupabasePoolerContractTest extends DurableBackendContract implements SentinelContract, LockStoreContract {

    @Override
    protected BackendFixture fixture() {
        return new PostgresFixture(Pooler::encrypted);
    }
}
