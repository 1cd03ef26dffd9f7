package io.resilientstorage.benchmarks.outage;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A real Redis and a real PostgreSQL behind it, and storages on them with default settings. */
final class Servers implements AutoCloseable {

    static final String REDIS = "redis";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RedisProcess redis = RedisProcess.start();
    private final PostgresProcess postgres = PostgresProcess.start();

    RedisProcess redis() {
        return redis;
    }

    /** A storage on both, which Redis serves. */
    ResilientStorage both(Seen seen) {
        ResilientStorage storage = ResilientStorage.builder()
                .backend(redis.url())
                .backend(postgres.url())
                .onEvent(seen)
                .build();
        Awaitility.await().atMost(PATIENCE).until(() -> storage.activeBackend().equals(Optional.of(REDIS)));
        return storage;
    }

    /** A storage on PostgreSQL alone. */
    ResilientStorage postgresAlone() {
        return ResilientStorage.builder().backend(postgres.url()).build();
    }

    @Override
    public void close() {
        redis.close();
        postgres.close();
    }
}
