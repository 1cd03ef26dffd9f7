package io.resilientstorage.benchmarks.redis;

import io.resilientstorage.benchmarks.Measurement;
import io.resilientstorage.benchmarks.allocation.CountingJvm;
import io.resilientstorage.benchmarks.allocation.ObjectFigures;
import io.resilientstorage.benchmarks.load.Slices;
import io.resilientstorage.benchmarks.load.Subject;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.benchmarks.report.Row;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a get and a set cost that are served by Redis, against plain Lettuce on equal options. */
public final class RedisMeasurement implements Measurement {

    static final String COMPARISONS = "comparisons";
    static final String OBJECTS = "objects";

    /** In how many JVMs objects are counted. */
    private static final int COUNTS = 3;

    static final String PLAIN = "lettuce";
    static final String LAYER = "layer";
    static final String SPI = "spi";
    static final String SCRIPT = "script";

    /**
     * How much is measured.
     *
     * @param valueLengths of which length the values are, in bytes
     * @param threads from how many threads
     * @param warmUp how many rounds are thrown away
     * @param rounds how many are kept
     * @param slice how long one turn is
     */
    private record Extent(List<Integer> valueLengths, List<Integer> threads, int warmUp, int rounds, Duration slice) {

        static final Extent FULL = new Extent(List.of(100, 1024), List.of(1, 16, 64), 4, 24, Duration.ofMillis(200));
        static final Extent QUICK = new Extent(List.of(100), List.of(1, 16, 64), 4, 12, Duration.ofMillis(200));
    }

    private static final int KEYS = 1_000;

    /** Nothing to be told. */
    public RedisMeasurement() {}

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public ObjectNode run(boolean quick, PrintWriter out) throws IOException, InterruptedException {
        Extent extent = quick ? Extent.QUICK : Extent.FULL;
        ArrayNode comparisons = ResultFile.JSON.createArrayNode();
        try (RedisProcess redis = RedisProcess.start();
                PlainLettuce lettuce = new PlainLettuce(redis.port());
                ApplyScript script = new ApplyScript(lettuce);
                LoneRedisBackend spi = new LoneRedisBackend(redis.url());
                Layer layer = new Layer(redis.url())) {
            for (int length : extent.valueLengths()) {
                Entries entries = new Entries(KEYS, length);
                Map<String, Subject> sets = new LinkedHashMap<>();
                sets.put(PLAIN, lettuce.set(entries));
                sets.put(LAYER, layer.set(entries));
                sets.put(SPI, spi.set(entries));
                sets.put(SCRIPT, script.set(entries));
                Map<String, Subject> gets = new LinkedHashMap<>();
                gets.put(PLAIN, lettuce.get(entries));
                gets.put(LAYER, layer.get(entries));
                gets.put(SPI, spi.get(entries));
                fill(sets);
                for (int threads : extent.threads()) {
                    comparisons.add(compare("get", gets, length, threads, extent, out));
                    comparisons.add(compare("set", sets, length, threads, extent, out));
                }
            }
        }
        ObjectNode results = ResultFile.JSON.createObjectNode();
        results.put("sliceMillis", extent.slice().toMillis());
        List<JsonNode> counts = new ArrayList<>();
        for (int count = 0; count < COUNTS; count++) {
            counts.add(CountingJvm.run(RedisObjects.class));
        }
        results.set(OBJECTS, ObjectFigures.median(counts));
        results.set(COMPARISONS, comparisons);
        return results;
    }

    private static void fill(Map<String, Subject> sets) {
        for (Subject set : sets.values()) {
            for (int key = 0; key < KEYS; key++) {
                try {
                    set.call(key);
                } catch (Exception e) {
                    throw new IllegalStateException("a key was not set", e);
                }
            }
        }
    }

    private static ObjectNode compare(
            String operation, Map<String, Subject> subjects, int length, int threads, Extent extent, PrintWriter out)
            throws InterruptedException {
        out.printf("redis: %s, values of %d bytes, %d threads%n", operation, length, threads);
        out.flush();
        ObjectNode comparison = ResultFile.JSON.createObjectNode();
        comparison.put("operation", operation);
        comparison.put("valueLength", length);
        comparison.put("threads", threads);
        ObjectNode callsASecond = comparison.putObject("callsASecond");
        try (Slices slices = new Slices(threads, KEYS, extent.slice())) {
            List<Subject> inOrder = List.copyOf(subjects.values());
            slices.take(inOrder, extent.warmUp());
            List<List<Double>> taken = slices.take(inOrder, extent.rounds());
            int place = 0;
            for (String subject : subjects.keySet()) {
                ArrayNode figures = callsASecond.putArray(subject);
                taken.get(place++).forEach(figure -> figures.add((double) Math.round(figure)));
            }
        }
        return comparison;
    }

    @Override
    public List<Row> rows(JsonNode results) {
        JsonNode objects = results.path(OBJECTS);
        List<Row> rows = new ArrayList<>(RedisFigures.rows(results.path(COMPARISONS)));
        rows.add(ObjectFigures.layer("objects of the layer in one get, 100 bytes, all threads", objects));
        rows.add(ObjectFigures.all("objects in one get by plain Lettuce, all threads", objects.path(PLAIN)));
        return rows;
    }
}
