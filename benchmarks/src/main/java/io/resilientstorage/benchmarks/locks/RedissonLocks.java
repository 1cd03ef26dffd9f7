package io.resilientstorage.benchmarks.locks;

import io.resilientstorage.benchmarks.load.Subject;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** {@code RLock} of Redisson, with a lease time, so that nothing renews it. */
final class RedissonLocks implements AutoCloseable {

    private final RedissonClient client;

    RedissonLocks(int port) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setNettyThreads(Integer.getInteger("rn", 2));
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setConnectionPoolSize(Integer.getInteger("rp", 16))
                .setConnectionMinimumIdleSize(Integer.getInteger("rp", 16));
        client = Redisson.create(config);
    }

    /** Acquires a lock and releases it; both fail if they are not done. */
    Subject cycle() {
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
