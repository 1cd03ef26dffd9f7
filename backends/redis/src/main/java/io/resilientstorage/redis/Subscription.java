package io.resilientstorage.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection for publish/subscribe, from its making to its loss. For several threads. */
final class Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private final Endpoint server;
    private final Time time;
    private final CompletableFuture<String> end = new CompletableFuture<>();

    Subscription(StatefulRedisPubSubConnection<byte[], byte[]> connection, Endpoint server, Time time) {
        this.connection = connection;
        this.server = server;
        this.time = time;
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
                close("the connection was lost");
            }
        });
        if (!connection.isOpen()) {
            close("the connection was lost");
        }
    }

    /** Where it leads. */
    Endpoint server() {
        return server;
    }

    /** Tells each message, with its channel, on a thread of the client. */
    void whenTold(BiConsumer<byte[], byte[]> listener) {
        connection.addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                listener.accept(channel, message);
            }
        });
    }

    /** Tells once, with the reason, that it is over; at once if it is over already. */
    void whenOver(Consumer<String> listener) {
        CompletionStage<String> ending = end;
        ending.thenAccept(listener);
    }

    /** Subscribes to a channel, once more perhaps; ends when the server has said so, and fails after the given time. */
    CompletionStage<Void> subscribe(byte[] channel, Duration patience) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Timers.Timer timer = time.timers()
                .schedule(
                        patience,
                        () -> result.completeExceptionally(
                                new TimeoutException("no answer within " + patience.toMillis() + " ms")));
        Stages.relay(Stages.plain(() -> connection.async().subscribe(channel)), result);
        var unused = result.whenComplete((done, failure) -> timer.cancel());
        return result;
    }

    /** Hears no more of a channel. */
    void unsubscribe(byte[] channel) {
        Stages.plain(() -> connection.async().unsubscribe(channel)).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("A channel was not unsubscribed from", failure);
            }
        });
    }

    /** Ends it. */
    void close(String reason) {
        if (end.complete(reason)) {
            CompletionStage<Void> closing = connection.closeAsync();
            closing.whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debug("A connection for publish/subscribe was not closed cleanly", failure);
                }
            });
        }
    }
}
