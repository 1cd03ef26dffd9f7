package io.resilientstorage.redis;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ProbeReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Probes every master of a Cluster, under a key that is in one of its slots.
 *
 * @param text what it writes, which no other probe does
 */
record ClusterProbe(String text) {

    /** What became of the probe of one master. */
    private sealed interface Outcome {

        /** It answered. */
        record Answered(ProbeReply reply) implements Outcome {}

        /** It did not, or cannot do its work. */
        record Failed(String cause) implements Outcome {}
    }

    /**
     * Probes them all at once. A Cluster of which a part does not work is DEGRADED, one of which nothing works fails.
     * Each master has three quarters of the time, so that one that does not answer is told of before the whole probe is
     * given up.
     */
    CompletionStage<ProbeReply> probe(ClusterView view, Duration timeout) {
        Map<String, CompletableFuture<Outcome>> outcomes = new LinkedHashMap<>();
        Duration share = timeout.multipliedBy(3).dividedBy(4);
        view.shards()
                .forEach(shard -> outcomes.put(
                        shard.text(),
                        Stages.plain(() -> probe(view, shard, share))
                                .handle((reply, failure) -> failure == null
                                        ? (Outcome) new Outcome.Answered(reply)
                                        : new Outcome.Failed(String.valueOf(failure.getMessage())))
                                .toCompletableFuture()));
        return CompletableFuture.allOf(outcomes.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> judged(view, outcomes));
    }

    private CompletionStage<ProbeReply> probe(ClusterView view, ClusterView.Shard shard, Duration timeout) {
        Link link = shard.link().orElseThrow(() -> shard.node().missing());
        Optional<SlotTag> tag = SlotTag.ALL.stream()
                .filter(each -> view.map().owner(each.slot()).equals(Optional.of(shard.master())))
                .findFirst();
        if (tag.isPresent()) {
            return new RedisProbe(text, tag).probe(link, timeout);
        }
        // None of our keys can be there: it is enough that it answers.
        return link.send(ServerInfo.calls(), timeout).thenApply(replies -> {
            ServerInfo server = ServerInfo.of(replies);
            link.told(server);
            return new ProbeReply(server.incarnation(), Optional.empty(), Optional.empty());
        });
    }

    private static ProbeReply judged(ClusterView view, Map<String, CompletableFuture<Outcome>> outcomes) {
        List<String> complaints = new ArrayList<>();
        Optional<Long> latest = Optional.empty();
        int working = 0;
        int unowned = view.map().unowned();
        if (unowned > 0) {
            complaints.add(unowned + " slots are served by no node");
        }
        for (Map.Entry<String, CompletableFuture<Outcome>> each : outcomes.entrySet()) {
            if (each.getValue().join() instanceof Outcome.Answered answered) {
                working++;
                ProbeReply reply = answered.reply();
                reply.degraded().ifPresent(cause -> complaints.add(each.getKey() + ": " + cause));
                // The latest of the clocks: by none of them is a write late that the engine sends in time.
                if (reply.serverMillis().orElse(0L) > latest.orElse(0L)) {
                    latest = reply.serverMillis();
                }
            } else if (each.getValue().join() instanceof Outcome.Failed failed) {
                complaints.add(each.getKey() + " does not work: " + failed.cause());
            }
        }
        if (!complaints.isEmpty()) {
            view.outdated();
        }
        String cause = String.join("; ", complaints);
        if (working == 0) {
            throw BackendException.noAnswer(cause);
        }
        return new ProbeReply(view.incarnation(), latest, Optional.of(cause).filter(text -> !text.isEmpty()));
    }
}
