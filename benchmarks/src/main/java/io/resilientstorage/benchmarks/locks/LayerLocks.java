package io.resilientstorage.benchmarks.locks;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.benchmarks.load.Subject;
import java.time.Duration;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** The locks of a storage with default settings and without memory. */
final class LayerLocks implements LockClient {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ResilientStorage storage;

    private LayerLocks(Consumer<StorageBuilder> backends) {
        StorageBuilder builder = ResilientStorage.builder().memory(false);
        backends.accept(builder);
        storage = builder.build();
        // Until it is known who may grant, a lock takes longer than ever after.
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> storage.locks()
                        .tryAcquire("first", LockNames.TTL)
                        .acquired()
                        .map(lease -> lease.release().join())
                        .isPresent());
    }

    /**
     * {@link LockPolicy#SINGLE} on Redis. The server is said to be durable, for else nobody gets a lock in the first
     * five minutes; nothing else depends on that.
     */
    static LayerLocks onRedis(String url) {
        return new LayerLocks(builder -> builder.lockPolicy(LockPolicy.SINGLE)
                .backend(url, redis -> redis.name("redis").option("durable", "true")));
    }

    /** {@link LockPolicy#SINGLE} on PostgreSQL, with so many connections. */
    static LayerLocks onPostgres(String url, int poolSize) {
        return new LayerLocks(builder -> builder.lockPolicy(LockPolicy.SINGLE)
                .backend(url, postgres -> postgres.name("database").option("poolSize", Integer.toString(poolSize))));
    }

    /** {@link LockPolicy#FAILOVER}, Redis being the authority and PostgreSQL the peer. */
    static LayerLocks onBoth(String redisUrl, String postgresUrl) {
        return new LayerLocks(builder -> builder.lockPolicy(LockPolicy.FAILOVER)
                .backend(redisUrl, redis -> redis.name("redis"))
                .backend(postgresUrl, postgres -> postgres.name("database")));
    }

    @Override
    public Subject cycle() {
        return key -> {
            LockResult result = storage.locks().tryAcquire(LockNames.own(key), LockNames.TTL);
            // What was not released is not acquired when its turn comes again.
            result.acquired()
                    .orElseThrow(() -> new IllegalStateException("not acquired: " + result))
                    .close();
        };
    }

    @Override
    public void close() {
        storage.close();
    }
}
