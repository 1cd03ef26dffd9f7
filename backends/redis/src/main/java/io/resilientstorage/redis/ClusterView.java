package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * A Cluster as it is at one moment: who has which slot, the link to each of them, and the life of their content. It
 * never changes; when something does, another takes its place. So an answer over one of its links comes from a server
 * whose life is part of the incarnation that the view tells.
 */
final class ClusterView implements Wire {

    /**
     * A master and what leads to it.
     *
     * @param master who it is
     * @param node its links
     * @param link the link as it is in this view, empty if there is none
     */
    record Shard(SlotMap.Master master, ClusterNode node, Optional<Link> link) {

        /** Its name in messages. */
        String text() {
            return "the shard at " + master.endpoint();
        }
    }

    private final SlotMap map;
    private final List<Shard> shards;
    private final Map<String, Shard> byId;
    private final Incarnation incarnation;
    private final RedisSettings settings;
    private final Time time;
    private final Runnable whenOutdated;

    /**
     * @param shards one for each master of the map, in its order
     * @param whenOutdated told when a node says something that does not fit the map; must not wait
     */
    ClusterView(
            SlotMap map,
            List<Shard> shards,
            Incarnation incarnation,
            RedisSettings settings,
            Time time,
            Runnable whenOutdated) {
        this.map = map;
        this.shards = List.copyOf(shards);
        this.byId = shards.stream()
                .collect(Collectors.toUnmodifiableMap(shard -> shard.master().id(), shard -> shard));
        this.incarnation = incarnation;
        this.settings = settings;
        this.time = time;
        this.whenOutdated = whenOutdated;
    }

    @Override
    public CompletionStage<List<Reply>> send(List<Call> calls, Duration timeout) {
        return new RoutedCalls(this, calls, timeout).send();
    }

    /** The shard of a slot; throws {@link BackendException} if there is none. */
    Shard shard(int slot) {
        return map.owner(slot)
                .map(owner -> byId.get(owner.id()))
                .orElseThrow(() -> BackendException.unreachable("no node of the Cluster serves slot " + slot));
    }

    /** The shard at an endpoint that a redirection names. */
    Optional<Shard> shardAt(Endpoint endpoint) {
        return shards.stream().filter(shard -> shard.master().isAt(endpoint)).findFirst();
    }

    List<Shard> shards() {
        return shards;
    }

    SlotMap map() {
        return map;
    }

    /** A node said something that does not fit the map. */
    void outdated() {
        whenOutdated.run();
    }

    Time time() {
        return time;
    }

    @Override
    public Incarnation incarnation() {
        return incarnation;
    }

    @Override
    public String runId() {
        return "";
    }

    @Override
    public boolean evicted() {
        return shards.stream().anyMatch(shard -> shard.link().map(Link::evicted).orElse(false));
    }

    @Override
    public long nanos() {
        return time.clock().nanos();
    }

    @Override
    public int parts() {
        return shards.size();
    }

    @Override
    public int part(int slot) {
        return shards.indexOf(shard(slot));
    }

    @Override
    public boolean joinsSlots() {
        return false;
    }

    @Override
    public String layout() {
        return Digest.of(incarnation.id() + " " + map.layout());
    }

    @Override
    public CompletionStage<Reply> sendTo(int part, Call call, Duration timeout) {
        Shard shard = shards.get(part);
        Link link = shard.link().orElseThrow(() -> shard.node().missing());
        return link.send(List.of(call, Call.of(CommandType.CLUSTER, "NODES")), timeout)
                .thenApply(replies -> {
                    SlotMap told = told(replies.get(1), shard.master().endpoint());
                    if (told.isMoving() || !told.layout().equals(map.layout())) {
                        outdated();
                        throw BackendException.refused(
                                "slots of the Cluster are being moved, and a scan might miss what they hold");
                    }
                    return replies.get(0);
                });
    }

    /** Reads a node's answer to {@code CLUSTER NODES}. */
    private SlotMap told(Reply reply, Endpoint asked) {
        if (reply instanceof ServerError error) {
            throw error.sorted();
        }
        return SlotMap.parse(
                ((Reply.Answer) reply).text(0), asked.host(), settings.address().tls());
    }
}
