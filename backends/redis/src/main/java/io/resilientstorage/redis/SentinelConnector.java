package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links to the master that the sentinels name. The sentinels are asked in turn, each for a share of the time, beginning
 * with the one that was right last; what one says is believed only if the server itself says that it is a master.
 *
 * <p>A sentinel that was cut off may name a master of former times, which may still think that it is one. So the
 * sentinels are asked again with each probe.
 */
final class SentinelConnector implements Connector {

    private static final Logger LOG = LoggerFactory.getLogger(SentinelConnector.class);

    private final RedisSettings settings;
    private final Connections connections;
    private final List<Endpoint> sentinels;
    private final Duration share;
    private volatile int first;
    // For the log alone: a try that was given up may come late, and change it.
    private volatile Optional<Endpoint> master = Optional.empty();

    SentinelConnector(RedisSettings settings, Connections connections) {
        this.settings = settings;
        this.connections = connections;
        this.sentinels = settings.address().endpoints();
        this.share = settings.connectTimeout().dividedBy(sentinels.size() + 1L);
    }

    @Override
    public CompletionStage<Link> connect() {
        int begin = first;
        // Until this try has found a master: should it hang, the next begins with another sentinel.
        first = (begin + 1) % sentinels.size();
        return from(begin, 0, "");
    }

    private CompletionStage<Link> from(int begin, int tried, String reasons) {
        if (tried == sentinels.size()) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("no sentinel names a master that can be used:" + reasons));
        }
        int index = (begin + tried) % sentinels.size();
        Endpoint sentinel = sentinels.get(index);
        return ask(sentinel)
                .thenCompose(named -> masterAt(named).thenApply(link -> {
                    first = index;
                    if (!master.equals(Optional.of(named))) {
                        LOG.info("Backend {}: the sentinel {} names {} as master", settings.name(), sentinel, named);
                        master = Optional.of(named);
                    }
                    return link;
                }))
                .handle((link, failure) -> failure == null
                        ? CompletableFuture.completedFuture(link)
                        : from(begin, tried + 1, reasons + " [" + sentinel + ": " + Reason.of(failure) + "]"))
                .thenCompose(next -> next);
    }

    /** What a sentinel says where the master is. */
    private CompletionStage<Endpoint> ask(Endpoint sentinel) {
        return connections.open(sentinel, settings.sentinelLogin(), 0, share).thenCompose(link -> {
            Call call = Call.of(
                    CommandType.SENTINEL,
                    "get-master-addr-by-name",
                    settings.address().master());
            return link.send(List.of(call), share).handle((replies, failure) -> {
                link.close("the sentinel has answered");
                if (failure != null) {
                    throw new CompletionException(failure);
                }
                return named(replies.get(0));
            });
        });
    }

    private Endpoint named(Reply reply) {
        if (reply instanceof ServerError error) {
            throw error.sorted();
        }
        Reply.Answer answer = (Reply.Answer) reply;
        if (answer.items().size() < 2) {
            throw new IllegalStateException(
                    "it knows no master '" + settings.address().master() + "'");
        }
        return new Endpoint(answer.text(0), Math.toIntExact(answer.number(1)));
    }

    private CompletionStage<Link> masterAt(Endpoint server) {
        return connections
                .open(server, settings.login(), settings.address().database(), settings.connectTimeout())
                .thenCompose(link -> link.send(ServerInfo.calls(), settings.connectTimeout())
                        .handle((replies, failure) -> {
                            if (failure != null) {
                                link.close("the server did not tell what it is");
                                throw new CompletionException(failure);
                            }
                            if (ServerInfo.of(replies).isReplica()) {
                                link.close("the server is a replica");
                                throw new IllegalStateException(server + " says itself that it is no master");
                            }
                            return link;
                        }));
    }

    @Override
    public void verify(Link link) {
        int asked = first;
        ask(sentinels.get(asked)).whenComplete((named, failure) -> {
            if (failure != null) {
                LOG.debug("Backend {}: a sentinel did not say where the master is", settings.name(), failure);
                first = (asked + 1) % sentinels.size();
            } else if (!link.server().equals(named)) {
                link.retire("the sentinels name " + named + " as master now");
            }
        });
    }

    @Override
    public void close(Duration patience) {
        connections.close(patience);
    }

    @Override
    public String toString() {
        return settings.address().toString();
    }
}
