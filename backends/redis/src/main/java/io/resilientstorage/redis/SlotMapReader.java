package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Reads the slot map from one node or another: from the masters to which there are links, then from all nodes that are
 * or were ever known, over connections for this alone. Each gets a share of the time, and each time another is first: a
 * node that hangs, or is cut off from the others, does not stand in the way twice.
 */
final class SlotMapReader {

    private static final Duration SHARE = Duration.ofMillis(400);
    private static final int MOST_ASKED = 8;

    private final RedisSettings settings;
    private final Connections connections;
    private final AtomicInteger turn = new AtomicInteger();

    SlotMapReader(RedisSettings settings, Connections connections) {
        this.settings = settings;
        this.connections = connections;
    }

    /** Reads the map; what was known so far says whom to ask. */
    CompletionStage<SlotMap> read(Optional<ClusterView> view, List<Endpoint> others) {
        List<Supplier<CompletionStage<SlotMap>>> sources = new ArrayList<>();
        Set<Endpoint> strangers = new LinkedHashSet<>(settings.address().endpoints());
        strangers.addAll(others);
        view.ifPresent(known -> known.shards()
                .forEach(shard -> shard.link().ifPresent(link -> {
                    Endpoint endpoint = shard.master().endpoint();
                    sources.add(() -> ask(link, endpoint));
                    strangers.remove(endpoint);
                })));
        int first = turn.getAndIncrement() & Integer.MAX_VALUE;
        List<Supplier<CompletionStage<SlotMap>>> order = new ArrayList<>(rotated(sources, first));
        rotated(List.copyOf(strangers), first).forEach(endpoint -> order.add(() -> visit(endpoint)));
        return from(order, 0, "");
    }

    private static <T> List<T> rotated(List<T> all, int first) {
        List<T> rotated = new ArrayList<>(all);
        if (!rotated.isEmpty()) {
            Collections.rotate(rotated, -(first % rotated.size()));
        }
        return rotated;
    }

    private static CompletionStage<SlotMap> from(
            List<Supplier<CompletionStage<SlotMap>>> sources, int index, String reasons) {
        if (index == Math.min(sources.size(), MOST_ASKED)) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("no node told who has which slot:" + reasons));
        }
        return sources.get(index)
                .get()
                .handle((map, failure) -> failure == null
                        ? CompletableFuture.completedFuture(map)
                        : from(sources, index + 1, reasons + " [" + Reason.of(failure) + "]"))
                .thenCompose(next -> next);
    }

    private CompletionStage<SlotMap> visit(Endpoint endpoint) {
        return connections
                .open(endpoint, settings.login(), 0, SHARE)
                .thenCompose(link ->
                        ask(link, endpoint).whenComplete((map, failure) -> link.close("the node has answered")));
    }

    private CompletionStage<SlotMap> ask(Link link, Endpoint endpoint) {
        return link.send(List.of(Call.of(CommandType.CLUSTER, "NODES")), SHARE).thenApply(replies -> {
            if (replies.get(0) instanceof ServerError error) {
                throw new CompletionException(error.sorted());
            }
            SlotMap map = SlotMap.parse(
                    ((Reply.Answer) replies.get(0)).text(0),
                    endpoint.host(),
                    settings.address().tls());
            if (map.masters().isEmpty()) {
                throw new IllegalStateException(endpoint + " knows no master that has slots");
            }
            return map;
        });
    }
}
