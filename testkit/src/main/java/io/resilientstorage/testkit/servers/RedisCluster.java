package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * A real Redis Cluster: masters that share the slots, and a replica for each. A replica is promoted about a second
 * after its master is gone. Not for use by several threads.
 */
public final class RedisCluster implements AutoCloseable {

    /** How many slots a Cluster has. */
    public static final int SLOTS = 16_384;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int NODE_TIMEOUT_MILLIS = 700;

    private final List<RedisProcess> nodes = new ArrayList<>();
    private final int masters;

    private RedisCluster(int masters, boolean replicas, List<String> arguments) {
        this.masters = masters;
        try {
            for (int i = 0; i < (replicas ? 2 * masters : masters); i++) {
                List<String> all = new ArrayList<>(arguments);
                Collections.addAll(all, "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf");
                Collections.addAll(all, "--cluster-node-timeout", Integer.toString(NODE_TIMEOUT_MILLIS));
                Collections.addAll(all, "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0");
                nodes.add(RedisProcess.start(all.toArray(String[]::new)));
            }
            form(replicas);
        } catch (IOException | RuntimeException e) {
            close();
            throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
        }
    }

    /**
     * Starts three masters with a replica each, and waits until they serve.
     *
     * @param arguments further command-line arguments of all nodes
     */
    public static RedisCluster start(String... arguments) {
        return new RedisCluster(3, true, List.of(arguments));
    }

    /**
     * Starts masters alone, and waits until they serve.
     *
     * @param masters how many
     * @param arguments further command-line arguments of all nodes
     */
    public static RedisCluster startWithoutReplicas(int masters, String... arguments) {
        return new RedisCluster(masters, false, List.of(arguments));
    }

    /** The URL of the Cluster, without credentials: it names the masters of the start. */
    public String url() {
        return "redis-cluster://"
                + nodes.stream()
                        .limit(masters)
                        .map(node -> "127.0.0.1:" + node.port())
                        .collect(Collectors.joining(","));
    }

    /** The nodes: the masters of the start, then their replicas in the same order. */
    public List<RedisProcess> nodes() {
        return List.copyOf(nodes);
    }

    /** The master of a slot, as the nodes that run see it; empty if they do not agree on one that runs. */
    public Optional<RedisProcess> masterOf(int slot) {
        List<RedisProcess> claiming = nodes.stream()
                .filter(node -> lines(node).stream().anyMatch(line -> isMyself(line) && has(line, slot)))
                .toList();
        return claiming.size() == 1 ? Optional.of(claiming.get(0)) : Optional.empty();
    }

    /** Waits until another node than this one is the master of a slot, and all that run serve all slots. */
    public RedisProcess awaitMasterOtherThan(RedisProcess former, int slot) {
        RedisProcess master = Awaitility.await("another master of slot " + slot)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> nodes.stream()
                                .filter(node -> node != former)
                                .filter(node ->
                                        lines(node).stream().anyMatch(line -> isMyself(line) && has(line, slot)))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        awaitServing();
        return master;
    }

    /** Begins to move a slot between two masters: from now on the one sends askers for missing keys to the other. */
    public void beginMove(int slot, RedisProcess from, RedisProcess to) throws IOException {
        ok(to, "CLUSTER", "SETSLOT", Integer.toString(slot), "IMPORTING", id(from));
        ok(from, "CLUSTER", "SETSLOT", Integer.toString(slot), "MIGRATING", id(to));
    }

    /** Moves keys of a slot that is being moved. */
    public void moveKeys(RedisProcess from, RedisProcess to, List<String> keys) throws IOException {
        for (String key : keys) {
            String answer =
                    from.command("MIGRATE", "127.0.0.1", Integer.toString(to.port()), '"' + key + '"', "0", "5000");
            if (!answer.startsWith("+OK") && !answer.startsWith("+NOKEY")) {
                throw new IOException("MIGRATE was answered by " + answer);
            }
        }
    }

    /** Moves all keys of a slot that is being moved, and then the slot itself. */
    public void finishMove(int slot, RedisProcess from, RedisProcess to) throws IOException {
        for (List<String> keys = keys(from, slot); !keys.isEmpty(); keys = keys(from, slot)) {
            moveKeys(from, to, keys);
        }
        String id = id(to);
        // The new owner first, so that nobody is sent to one that does not know it yet.
        ok(to, "CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
        ok(from, "CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
    }

    /** Some keys of a slot at a node. */
    public List<String> keys(RedisProcess node, int slot) throws IOException {
        return node.texts("CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), "100");
    }

    private void form(boolean replicas) throws IOException {
        for (int i = 0; i < masters; i++) {
            ok(nodes.get(i), "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            int first = i * SLOTS / masters;
            int last = (i + 1) * SLOTS / masters;
            List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            for (int slot = first; slot < last; slot++) {
                words.add(Integer.toString(slot));
            }
            ok(nodes.get(i), words.toArray(String[]::new));
        }
        for (RedisProcess node : nodes.subList(1, nodes.size())) {
            ok(
                    node,
                    "CLUSTER",
                    "MEET",
                    "127.0.0.1",
                    Integer.toString(nodes.get(0).port()));
        }
        for (RedisProcess node : nodes) {
            Awaitility.await("a node that knows all others")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> lines(node).size() == nodes.size()
                            && lines(node).stream().noneMatch(line -> line.contains("handshake")));
        }
        if (replicas) {
            for (int i = 0; i < masters; i++) {
                ok(nodes.get(masters + i), "CLUSTER", "REPLICATE", id(nodes.get(i)));
            }
            for (RedisProcess replica : nodes.subList(masters, nodes.size())) {
                Awaitility.await("a replica that has everything")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> replica.text("INFO", "replication").contains("master_link_status:up"));
            }
            for (RedisProcess node : nodes) {
                Awaitility.await("a node that knows the replicas")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> lines(node).stream()
                                        .filter(line -> line.contains("slave"))
                                        .count()
                                == masters);
            }
        }
        awaitServing();
    }

    private void awaitServing() {
        for (RedisProcess node : nodes) {
            if (node.isAlive()) {
                Awaitility.await("a node that serves")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> node.text("CLUSTER", "INFO").contains("cluster_state:ok"));
            }
        }
    }

    private static String id(RedisProcess node) throws IOException {
        return node.text("CLUSTER", "MYID").strip();
    }

    private static List<String> lines(RedisProcess node) {
        try {
            return node.text("CLUSTER", "NODES").lines().toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static boolean isMyself(String line) {
        return line.split(" ", -1)[2].contains("myself,master");
    }

    private static boolean has(String line, int slot) {
        String[] words = line.split(" ", -1);
        for (int i = 8; i < words.length; i++) {
            String[] ends = words[i].split("-", -1);
            if (!words[i].startsWith("[")
                    && Integer.parseInt(ends[0]) <= slot
                    && slot <= Integer.parseInt(ends[ends.length - 1])) {
                return true;
            }
        }
        return false;
    }

    private static void ok(RedisProcess node, String... words) throws IOException {
        String answer = node.command(words);
        if (!answer.startsWith("+OK")) {
            throw new IOException(words[0] + " " + words[1] + " was answered by " + answer);
        }
    }

    /** Ends all nodes and removes their folders. */
    @Override
    public void close() {
        nodes.forEach(RedisProcess::close);
    }
}
