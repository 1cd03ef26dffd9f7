package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.servers.RedisCluster;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;

/** A real Cluster that keeps its data through a restart, and the backend on it. */
final class ClusterFixture implements BackendFixture {

    private final RedisCluster cluster =
            RedisCluster.startWithoutReplicas(3, "--appendonly", "yes", "--appendfsync", "always");
    private final RedisBackend backend = RedisBackend.builder(cluster.url()).build();

    @Override
    public Backend backend() {
        return backend;
    }

    /** Restarts one node, and waits until the backend has noticed: all others go on meanwhile. */
    @Override
    public void restartServer() {
        Incarnation before = OpenRedis.result(backend.probe(OpenRedis.PATIENCE)).incarnation();
        RedisProcess node = cluster.nodes().get(1);
        node.kill();
        node.restart();
        await().atMost(OpenRedis.PATIENCE)
                .ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> {
                    ProbeReply reply = OpenRedis.result(backend.probe(OpenRedis.PATIENCE));
                    return reply.degraded().isEmpty() && !reply.incarnation().equals(before);
                });
    }

    @Override
    public void writeForeign(RecordKey key, int generation, byte[] value) {
        RedisURI seed = RedisURI.create(cluster.nodes().get(0).url());
        try (RedisClusterClient client = RedisClusterClient.create(seed)) {
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
        for (RedisProcess node : cluster.nodes()) {
            node.command("FLUSHALL");
        }
    }

    @Override
    public void useUpTokens(String space, int left) throws IOException {
        // Those that do not have the slot refuse it.
        for (RedisProcess node : cluster.nodes()) {
            node.command(RedisFixture.lockCounter(space, left));
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
