package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.servers.RedisProcess;
import io.resilientstorage.testkit.servers.RedisSentinels;
import java.io.IOException;

/** A real master with a replica and sentinels, and the backend on it. */
final class SentinelFixture implements BackendFixture {

    /** Flushed at each write: what is held for the next second would be lost when the master is killed. */
    private final RedisSentinels servers =
            RedisSentinels.startPatient(1, "--appendonly", "yes", "--appendfsync", "always");

    @Override
    public Backend backend() {
        return RedisBackend.builder(servers.url()).build();
    }

    /** Waits for the replica too: a master that gets its first one is in another life from then on. */
    @Override
    public void restartServer() {
        RedisProcess master = servers.master().orElseThrow();
        master.kill();
        master.restart();
        await().atMost(OpenRedis.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> master.text("INFO", "replication").contains("connected_slaves:1"));
    }

    @Override
    public void writeForeign(RecordKey key, int generation, byte[] value) {
        try (RedisClient client = RedisClient.create(servers.url())) {
            client.connect(ByteArrayCodec.INSTANCE).sync().set(PhysicalKey.ofRecord(key, generation), value);
        }
    }

    @Override
    public boolean writeNewerFormat(RecordKey key, int generation) {
        writeForeign(key, generation, "\0rs2 of tomorrow".getBytes(UTF_8));
        return true;
    }

    @Override
    public void empty() throws IOException {
        servers.master().orElseThrow().command("FLUSHALL");
    }

    @Override
    public void useUpTokens(String space, int left) throws IOException {
        servers.master().orElseThrow().command(RedisFixture.lockCounter(space, left));
    }

    @Override
    public void close() {
        servers.close();
    }
}
