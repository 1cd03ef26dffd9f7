package io.resilientstorage.benchmarks.redis;

import io.resilientstorage.benchmarks.allocation.AllocationCount;
import io.resilientstorage.benchmarks.allocation.AllocationCount.Whose;
import io.resilientstorage.benchmarks.allocation.ObjectFigures;
import io.resilientstorage.benchmarks.load.Subject;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/** Counts what one get from Redis allocates, in the threads of the client too. */
public final class RedisObjects {

    private static final int KEYS = 1_000;
    private static final int VALUE_LENGTH = 100;

    private RedisObjects() {}

    /** Writes what it counts to the file that is named. */
    public static void main(String[] args) throws Exception {
        Entries entries = new Entries(KEYS, VALUE_LENGTH);
        ObjectNode counted = ResultFile.JSON.createObjectNode();
        try (RedisProcess redis = RedisProcess.start();
                PlainLettuce lettuce = new PlainLettuce(redis.port());
                LoneRedisBackend spi = new LoneRedisBackend(redis.url());
                Layer layer = new Layer(redis.url())) {
            count(counted, RedisMeasurement.PLAIN, lettuce.set(entries), lettuce.get(entries));
            count(counted, ObjectFigures.SPI, spi.set(entries), spi.readBytes(entries));
            count(counted, ObjectFigures.LAYER, layer.set(entries), layer.get(entries));
        }
        Files.writeString(Path.of(args[0]), ResultFile.JSON.writeValueAsString(counted));
    }

    private static void count(ObjectNode counted, String name, Subject set, Subject get) throws Exception {
        for (int key = 0; key < KEYS; key++) {
            set.call(key);
        }
        AtomicInteger turn = new AtomicInteger();
        counted.set(
                name,
                ResultFile.JSON.valueToTree(
                        AllocationCount.of(() -> get.call(turn.incrementAndGet() % KEYS), Whose.EVERYBODY)));
    }
}
