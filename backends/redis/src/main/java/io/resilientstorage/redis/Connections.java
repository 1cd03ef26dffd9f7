package io.resilientstorage.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All connections of one backend, with threads of their own.
 *
 * <p>All that Lettuce does by itself for a lost connection is off: it would keep calls and send them again after a
 * reconnect, when their callers have long gone elsewhere. Its time-outs are off too: {@link Link} has its own, which
 * differ from call to call. Nor does it know of sentinels and Clusters: it is told one server at a time.
 */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final int THREADS = 2;

    private final RedisSettings settings;
    private final Time time;
    private final ClientResources resources;
    private final RedisClient client;

    Connections(RedisSettings settings, Time time) {
        this.settings = settings;
        this.time = time;
        resources = ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .threadFactoryProvider(
                        pool -> new DefaultThreadFactory("resilient-storage-" + settings.name() + "-" + pool, true))
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .nettyCustomizer(new GatheredFlushes())
                .build();
        client = RedisClient.create(resources);
        client.setOptions(options(settings));
    }

    /**
     * Opens a connection to one server and logs in.
     *
     * @param login who logs in, empty for nobody
     * @param limit how long that may take
     */
    CompletionStage<Link> open(Endpoint server, Optional<Login> login, int database, Duration limit) {
        return within(limit, server, client.connectAsync(ByteArrayCodec.INSTANCE, uri(server, login, database)))
                .thenApply(connection -> new Link(connection, server, time, settings));
    }

    /** Opens a connection for publish/subscribe and logs in; as the other. */
    CompletionStage<Subscription> subscribe(Endpoint server, Optional<Login> login, int database, Duration limit) {
        return within(limit, server, client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri(server, login, database)))
                .thenApply(connection -> new Subscription(connection, server, time));
    }

    private <C extends StatefulConnection<byte[], byte[]>> CompletionStage<C> within(
            Duration limit, Endpoint server, CompletionStage<C> connecting) {
        CompletableFuture<C> result = new CompletableFuture<>();
        Timers.Timer timer = time.timers()
                .schedule(
                        limit,
                        () -> result.completeExceptionally(new TimeoutException(
                                "no connection to " + server + " within " + limit.toMillis() + " ms")));
        connecting.whenComplete((connection, failure) -> {
            timer.cancel();
            if (failure != null) {
                result.completeExceptionally(Reason.endedAtLogin(failure)
                        .<Throwable>map(RedisConnectionException::new)
                        .orElse(failure));
            } else if (!result.complete(connection)) {
                // It came too late.
                var unused = connection.closeAsync();
            }
        });
        return result;
    }

    /** Ends all connections and threads, within about the given time. */
    void close(Duration patience) {
        long millis = Math.max(1, patience.toMillis());
        try {
            // Ends the threads, and with them every connection. The client itself holds nothing else.
            resources.shutdown(0, millis, TimeUnit.MILLISECONDS).get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("The threads of a Redis backend did not end within {} ms", millis, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ClientOptions options(RedisSettings settings) {
        SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider();
        settings.caFile().ifPresent(file -> ssl.trustManager(file.toFile()));
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .protocolVersion(ProtocolVersion.RESP2)
                .timeoutOptions(TimeoutOptions.create())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build())
                .sslOptions(ssl.build())
                .build();
    }

    private RedisURI uri(Endpoint server, Optional<Login> login, int database) {
        RedisURI.Builder builder = RedisURI.builder()
                .withHost(server.host())
                .withPort(server.port())
                .withDatabase(database)
                .withSsl(settings.address().tls())
                .withTimeout(settings.connectTimeout());
        login.ifPresent(known -> {
            char[] password = known.password().value().toCharArray();
            if (known.username().isPresent()) {
                builder.withAuthentication(known.username().get(), password);
            } else {
                builder.withPassword(password);
            }
        });
        return builder.build();
    }
}
