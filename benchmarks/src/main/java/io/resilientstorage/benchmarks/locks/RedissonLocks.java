package io.resilientstorage.benchmarks.locks;

import io.resilientstorage.benchmarks.load.Subject;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** {@code RLock} of Redisson, with a lease time, so that nothing renews it. */
final class RedissonLocks implements LockClient {

    /** A connection serves one request at a time, so each of the most threads has one. */
    private static final int POOL = 16;

    /** As many as the layer has. */
    private static final int NETTY_THREADS = 2;

    private final RedissonClient client;

    RedissonLocks(int port) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setNettyThreads(NETTY_THREADS);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setConnectionPoolSize(POOL)
                .setConnectionMinimumIdleSize(POOL);
        client = Redisson.create(config);
    }

    @Override
    public Subject cycle() {
        return key -> {
            RLock lock = client.getLock(LockNames.own(key));
            if (!lock.tryLock(0, LockNames.TTL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("not acquired: " + lock.getName());
            }
            lock.unlock();
        };
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
