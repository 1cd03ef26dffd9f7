package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The link to one master of a Cluster, and a second one for calls that follow {@code ASK}.
 *
 * <p>{@code ASKING} holds for the next command of its connection. On a connection that all threads share, the next
 * command may be another's: that would be let in where it must not be, and might miss a key that has not been moved
 * yet. So these calls have a connection of their own, made at the first need, on which one batch after the other is
 * handed over whole.
 */
final class ClusterNode {

    /** Makes links to one endpoint over the connections of the Cluster. */
    private record NodeConnector(Endpoint endpoint, RedisSettings settings, Connections connections)
            implements Connector {

        @Override
        public CompletionStage<Link> connect() {
            return connections.open(endpoint, settings.login(), 0, settings.connectTimeout());
        }

        @Override
        public void close(Duration patience) {
            // The connections are the Cluster's.
        }

        @Override
        public String toString() {
            return endpoint.toString();
        }
    }

    private final Endpoint endpoint;
    private final RedisSettings settings;
    private final Time time;
    private final Connections connections;
    private final LinkKeeper links;
    private final Object handOver = new Object();
    private volatile boolean tried;
    private @Nullable LinkKeeper asking;
    private boolean closed;

    ClusterNode(Endpoint endpoint, RedisSettings settings, Time time, Connections connections, Runnable whenChanged) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.time = time;
        this.connections = connections;
        this.links = new LinkKeeper(settings, time, new NodeConnector(endpoint, settings, connections), () -> {
            tried = true;
            whenChanged.run();
        });
    }

    /** Begins to connect. */
    void open() {
        links.open();
    }

    /** Where it listens. */
    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether the first try to connect has come to its end, be it good or bad. */
    boolean wasTried() {
        return tried;
    }

    /** The link, empty if there is none. */
    Optional<Link> link() {
        return links.current();
    }

    /** The failure of a call that finds no link. */
    BackendException missing() {
        return links.missing();
    }

    /**
     * Sends calls for slots that this node is taking over.
     *
     * @param life the life that the node has to have
     */
    CompletionStage<List<Reply>> ask(List<Call> calls, Incarnation life, Duration timeout) {
        return asking().withFirstLink(timeout, link -> {
            if (!link.incarnation().equals(life)) {
                return CompletableFuture.failedFuture(
                        BackendException.unreachable(endpoint + " has begun another life"));
            }
            List<Call> pairs = new ArrayList<>(2 * calls.size());
            for (Call call : calls) {
                pairs.add(Call.of(CommandType.ASKING));
                pairs.add(call);
            }
            CompletionStage<List<Reply>> replies;
            synchronized (handOver) {
                replies = link.send(pairs, timeout);
            }
            return replies.thenApply(all -> IntStream.range(0, calls.size())
                    .mapToObj(i -> all.get(2 * i + 1))
                    .toList());
        });
    }

    /** Ends the links. */
    void close() {
        LinkKeeper second;
        synchronized (handOver) {
            closed = true;
            second = asking;
        }
        links.close(Duration.ZERO);
        if (second != null) {
            second.close(Duration.ZERO);
        }
    }

    private LinkKeeper asking() {
        synchronized (handOver) {
            if (asking == null) {
                asking = new LinkKeeper(settings, time, new NodeConnector(endpoint, settings, connections), () -> {});
                if (closed) {
                    asking.close(Duration.ZERO);
                } else {
                    asking.open();
                }
            }
            return asking;
        }
    }
}
