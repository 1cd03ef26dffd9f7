package io.resilientstorage.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
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
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to one server, with threads of their own.
 *
 * <p>All that Lettuce does by itself for a lost connection is off: it would keep calls and send them again after a
 * reconnect, when their callers have long gone elsewhere. Its time-outs are off too: {@link Link} has its own, which
 * differ from call to call.
 */
final class StandaloneConnector implements Connector {

    private static final Logger LOG = LoggerFactory.getLogger(StandaloneConnector.class);
    private static final int THREADS = 2;

    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI uri;

    StandaloneConnector(RedisSettings settings) {
        resources = ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .threadFactoryProvider(
                        pool -> new DefaultThreadFactory("resilient-storage-" + settings.name() + "-" + pool, true))
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        client = RedisClient.create(resources);
        client.setOptions(options(settings));
        uri = uri(settings);
    }

    @Override
    public CompletionStage<? extends StatefulConnection<byte[], byte[]>> connect() {
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri);
    }

    @Override
    public void close(Duration patience) {
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

    private static RedisURI uri(RedisSettings settings) {
        RedisURI.Builder builder = RedisURI.builder()
                .withHost(settings.address().host())
                .withPort(settings.address().port())
                .withDatabase(settings.address().database())
                .withSsl(settings.address().tls())
                .withTimeout(settings.connectTimeout());
        settings.login().ifPresent(login -> {
            char[] password = login.password().value().toCharArray();
            if (login.username().isPresent()) {
                builder.withAuthentication(login.username().get(), password);
            } else {
                builder.withPassword(password);
            }
        });
        return builder.build();
    }
}
