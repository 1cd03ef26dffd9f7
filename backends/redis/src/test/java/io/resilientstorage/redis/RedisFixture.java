package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.util.function.Consumer;

/** A real server that keeps its data through a restart, and the backend on it. */
final class RedisFixture implements BackendFixture {

    private final RedisProcess server = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");

    @Override
    public Backend backend() {
        return RedisBackend.builder(server.url()).build();
    }

    @Override
    public void restartServer() {
        server.kill();
        server.restart();
    }

    @Override
    public void writeForeign(RecordKey key, int generation, byte[] value) {
        asAnotherClient(redis -> redis.set(PhysicalKey.ofRecord(key, generation), value));
    }

    @Override
    public boolean writeNewerFormat(RecordKey key, int generation) {
        asAnotherClient(redis -> redis.set(PhysicalKey.ofRecord(key, generation), "\0rs2 of tomorrow".getBytes(UTF_8)));
        return true;
    }

    @Override
    public void empty() throws IOException {
        server.command("FLUSHALL");
    }

    @Override
    public void useUpTokens(String space, int left) throws IOException {
        server.command(lockCounter(space, left));
    }

    /** The command that sets the counter of a lock space. */
    static String[] lockCounter(String space, int left) {
        String place = new String(PhysicalKey.ofLockSpace(space), UTF_8);
        return new String[] {"HSET", place, "counter", Integer.toString(FencingToken.COUNTERS - left)};
    }

    @Override
    public void close() {
        server.close();
    }

    private void asAnotherClient(Consumer<RedisCommands<byte[], byte[]>> work) {
        try (RedisClient client = RedisClient.create(server.url())) {
            work.accept(client.connect(ByteArrayCodec.INSTANCE).sync());
        }
    }
}
