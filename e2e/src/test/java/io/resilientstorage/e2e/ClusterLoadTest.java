package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.api.StorageEvent.IncarnationChanged;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisCluster;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** P1 while a Cluster loses a node, and while its slots move. 16 threads call all the time. */
class ClusterLoadTest {

    private static final int TAGS = 256;
    private static final int MOVES = 12;

    private final RedisCluster redis = RedisCluster.start();
    private final PostgresProcess postgres = PostgresProcess.start();

    @AfterEach
    void endServers() {
        redis.close();
        postgres.close();
    }

    @Test
    void aNodeIsKilledAndItsReplicaPromoted() {
        try (Outage outage = Outage.on(redis.url(), postgres.url())) {
            RedisProcess lost = redis.nodes().get(0);
            lost.kill();
            outage.awaitActive("database");
            redis.awaitMasterOtherThan(lost, 0);
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            lost.restart();
            outage.awaitCalls(2_000);
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(failedOver("redis", "database"), failedBack("database", "redis"));
            assertThat(outage.events.events()).anyMatch(e -> e instanceof IncarnationChanged);
        }
    }

    @Test
    void slotsWithRecordsMoveBetweenMasters() throws IOException {
        try (Outage outage = Outage.on(redis.url(), postgres.url())) {
            RedisProcess from = redis.nodes().get(0);
            RedisProcess to = redis.nodes().get(1);
            List<Integer> slots = slotsWithRecords(from);
            assertThat(slots).hasSizeGreaterThan(MOVES);
            for (int slot : slots.subList(0, MOVES)) {
                redis.beginMove(slot, from, to);
                redis.moveKeys(from, to, redis.keys(from, slot));
                outage.awaitCalls(300);
                redis.finishMove(slot, from, to);
                outage.awaitCalls(100);
            }
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            assertThat(from.text("INFO", "errorstats")).as("what the calls met").contains("errorstat_ASK");
            assertThat(outage.events.events())
                    .noneMatch(e -> e instanceof FailedOver)
                    .noneMatch(e -> e instanceof IncarnationChanged);
        }
    }

    /** The slots of a node in which keys of the library stand. */
    private static List<Integer> slotsWithRecords(RedisProcess node) throws IOException {
        List<Integer> slots = new ArrayList<>();
        for (int tag = 0; tag < TAGS; tag++) {
            String answer = node.command("CLUSTER", "KEYSLOT", String.format("{%02x}", tag));
            int slot = Integer.parseInt(answer.substring(1));
            if (!node.command("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot))
                    .equals(":0")) {
                slots.add(slot);
            }
        }
        return slots;
    }
}
