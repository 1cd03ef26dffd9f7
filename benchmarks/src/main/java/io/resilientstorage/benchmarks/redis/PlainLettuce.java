package io.resilientstorage.benchmarks.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.resilientstorage.benchmarks.load.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Lettuce as it is used without the layer, by its blocking commands, with the options that the layer's own connection
 * has: one connection for all threads, two I/O threads, RESP2, no reconnecting, a bounded queue, and a time-out for
 * each command.
 */
final class PlainLettuce implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMillis(250);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int QUEUE = 10_000;
    private static final int THREADS = 2;

    private final ClientResources resources;
    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final RedisCommands<byte[], byte[]> commands;

    PlainLettuce(int port) {
        resources = ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(QUEUE)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .protocolVersion(ProtocolVersion.RESP2)
                .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build())
                .build());
        connection = client.connect(
                ByteArrayCodec.INSTANCE,
                RedisURI.builder()
                        .withHost("127.0.0.1")
                        .withPort(port)
                        .withTimeout(CONNECT_TIMEOUT)
                        .build());
        commands = connection.sync();
    }

    /** {@code GET}. */
    Subject get(Entries entries) {
        return key -> entries.check(
                key,
                new String(Objects.requireNonNull(commands.get(entries.key(key).getBytes(UTF_8))), UTF_8));
    }

    /** {@code SET} with {@code PX}. */
    Subject set(Entries entries) {
        return key -> {
            String answer = commands.set(
                    entries.key(key).getBytes(UTF_8),
                    entries.valueBytes(key),
                    SetArgs.Builder.px(Entries.LIFE.toMillis()));
            if (!"OK".equals(answer)) {
                throw new IllegalStateException("the server answered " + answer);
            }
        };
    }

    /** A script by {@code EVALSHA} that the server knows already, with its answer: a number, or bytes. */
    Object run(String digest, byte[] key, byte[]... arguments) {
        List<Object> answer = commands.evalsha(digest, ScriptOutputType.MULTI, new byte[][] {key}, arguments);
        return answer.get(0);
    }

    /** Makes a script known to the server. */
    String load(byte[] script) {
        return commands.scriptLoad(script);
    }

    @Override
    public void close() {
        connection.close();
        resources.shutdown(0, CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
