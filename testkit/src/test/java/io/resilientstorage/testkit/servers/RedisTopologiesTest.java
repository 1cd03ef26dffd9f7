package io.resilientstorage.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sentinels that promote, and a Cluster that does; both end everything that they started. */
class RedisTopologiesTest {

    @Test
    void sentinelsPromoteAReplicaAndAllEndTogether() {
        List<RedisProcess> all;
        try (RedisSentinels servers = RedisSentinels.start(1)) {
            all = Stream.concat(servers.servers().stream(), servers.sentinels().stream())
                    .toList();
            RedisProcess master = servers.master().orElseThrow();
            assertThat(master).isSameAs(servers.servers().get(0));
            master.kill();
            assertThat(servers.awaitMasterOtherThan(master))
                    .isSameAs(servers.servers().get(1));
        }
        assertThat(all).hasSize(5).noneMatch(RedisProcess::isAlive);
    }

    @Test
    void aClusterPromotesAReplicaMovesSlotsAndAllEndTogether() throws IOException {
        List<RedisProcess> all;
        try (RedisCluster cluster = RedisCluster.start()) {
            all = cluster.nodes();
            RedisProcess first = cluster.masterOf(0).orElseThrow();
            RedisProcess last = cluster.masterOf(RedisCluster.SLOTS - 1).orElseThrow();
            assertThat(first).isNotSameAs(last);
            cluster.beginMove(0, first, last);
            cluster.finishMove(0, first, last);
            assertThat(cluster.masterOf(0)).contains(last);
            last.kill();
            assertThat(cluster.awaitMasterOtherThan(last, 0))
                    .isSameAs(cluster.nodes().get(5));
        }
        assertThat(all).hasSize(6).noneMatch(RedisProcess::isAlive);
    }
}
