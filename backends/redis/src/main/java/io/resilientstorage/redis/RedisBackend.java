package io.resilientstorage.redis;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.DurationText;
import io.resilientstorage.config.Secret;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Redis as a backend: one server, the master that sentinels name, or a Cluster; Redis 5 or newer, or Valkey. SHARED,
 * and VOLATILE unless it is said to be durable.
 *
 * <p>Each record is decided on inside the server, by a script that keeps {@link io.resilientstorage.backend.ApplyRule}.
 * All calls to one server share one connection. When that is lost, everything under way fails at once and nothing is
 * sent again; while there is none, calls fail at once; a new one is made in the background, without end. A call that
 * was given to the network and not answered fails with an unknown outcome; one that was not, with a known one.
 *
 * <p>Where users have rights of their own (ACL), this one needs the keys {@code rs:*}, the read and write commands on
 * strings, hashes and sorted sets, scripting, {@code EXISTS}, {@code PEXPIREAT}, {@code PTTL}, {@code DEL},
 * {@code SCAN}, {@code TIME}, {@code SELECT} and {@code INFO}; in a Cluster also {@code CLUSTER NODES} and
 * {@code ASKING}. With {@code PUBLISH}, {@code SUBSCRIBE} and {@code UNSUBSCRIBE} on the channels {@code rs:*} those
 * that wait for a lock hear when it is released; without, they ask at intervals.
 *
 * <p>Safe for use by several threads. The stages end on threads of the client, which must not be blocked.
 */
public final class RedisBackend implements Backend {

    private record Opened(Servers servers, Releases releases, Duration tombstoneLife, Clock clock) {}

    private final RedisSettings settings;
    private final ServerClock serverClock = new ServerClock();
    private final RecordReader reader = new RecordReader(serverClock);
    private volatile @Nullable Opened opened;
    private final Set<Integer> generations = ConcurrentHashMap.newKeySet();

    RedisBackend(RedisSettings settings) {
        this.settings = settings;
        generations.add(0);
    }

    /**
     * A backend to be built by hand.
     *
     * @param url {@code redis://[[user]:password@]host[:port][/database]},
     *     {@code redis-sentinel://[[user]:password@]host[:port],.../[database]?sentinelMasterId=NAME} or
     *     {@code redis-cluster://[[user]:password@]host[:port],...}; with {@code rediss} in place of {@code redis} for
     *     TLS
     */
    public static Builder builder(String url) {
        return new Builder(url);
    }

    @Override
    public BackendTraits traits() {
        return new BackendTraits(
                BackendType.REDIS, Scope.SHARED, settings.durable() ? Durability.DURABLE : Durability.VOLATILE, true);
    }

    @Override
    public void open(BackendContext context) {
        Time time = context.time();
        Connections connections = new Connections(settings, time);
        Servers servers = servers(time, connections);
        opened = new Opened(
                servers, new Releases(settings, time, connections, servers), context.tombstoneLife(), time.clock());
        servers.open();
    }

    private Servers servers(Time time, Connections connections) {
        String probe = Long.toHexString(time.randomness().nextLong());
        return switch (settings.address().kind()) {
            case STANDALONE -> new OneServer(settings, time, new StandaloneConnector(settings, connections), probe);
            case SENTINEL -> new OneServer(settings, time, new SentinelConnector(settings, connections), probe);
            case CLUSTER -> new ClusterServers(settings, time, connections, probe);
        };
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        if (request.keys().size() == 1) {
            RecordKey key = request.keys().get(0);
            return readOne(key.namespace(), key.key(), request.generation(), request.timeout());
        }
        met(request.generation());
        return servers().withWire(wire -> reader.read(wire, request.keys(), request.generation(), request.timeout()));
    }

    @Override
    public CompletionStage<ReadReply> readOne(String namespace, String key, int generation, Duration timeout) {
        met(generation);
        return reader.readOne(servers(), new RecordKey(namespace, key), generation, timeout);
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        met(request.generation());
        Duration tombstoneLife = opened().tombstoneLife();
        if (request.changes().size() == 1) {
            return RecordWriter.applyOne(servers(), request, tombstoneLife);
        }
        return servers().withWire(wire -> {
            Incarnation incarnation = wire.incarnation();
            return RecordWriter.apply(wire, request, tombstoneLife)
                    .thenApply(results -> new ApplyReply(results, incarnation));
        });
    }

    /** Takes note of a key generation. There is hardly any but 0. */
    private void met(int generation) {
        if (generation != 0) {
            generations.add(generation);
        }
    }

    /** Unlike a call, a probe waits for the first try to connect: at a start that is what it is there to find out. */
    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        long asked = opened().clock().nanos();
        CompletionStage<ProbeReply> probe = servers().probe(timeout);
        // Beside it, so that a failure stays as it is.
        var unused = probe.thenAccept(reply ->
                reply.serverMillis().ifPresent(millis -> serverClock.heard(reply.incarnation(), millis, asked)));
        return probe;
    }

    @Override
    public Optional<HintStore> hints() {
        return Optional.of(new RedisHints(servers(), generations, settings.backgroundTimeout()));
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return Optional.of(new RedisSentinels(servers(), settings.backgroundTimeout()));
    }

    @Override
    public Optional<RecordScan> scan() {
        return Optional.of(new RedisScan(servers(), reader, settings.backgroundTimeout()));
    }

    @Override
    public Optional<LockStore> locks() {
        return Optional.of(new RedisLocks(servers(), opened().releases(), settings.backgroundTimeout()));
    }

    @Override
    public void close(Duration patience) {
        Opened open = opened;
        if (open != null) {
            open.releases().close();
            open.servers().close(patience);
        }
    }

    /** Where it is, without credentials. */
    @Override
    public String toString() {
        return "RedisBackend[" + settings.address() + "]";
    }

    private Servers servers() {
        return opened().servers();
    }

    private Opened opened() {
        Opened open = opened;
        if (open == null) {
            throw new IllegalStateException("the backend is not opened");
        }
        return open;
    }

    /** Builds a backend by hand. Not for use by several threads. */
    public static final class Builder {

        static final Duration DEFAULT_ATTEMPT_TIMEOUT = Duration.ofMillis(250);

        private final String url;
        private final Map<String, String> options = new HashMap<>();
        private String name = "redis";
        private Optional<String> username = Optional.empty();
        private Optional<Secret> password = Optional.empty();
        private Duration attemptTimeout = DEFAULT_ATTEMPT_TIMEOUT;

        private Builder(String url) {
            this.url = url;
        }

        /** What messages call it. Default {@code redis}. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** Who logs in; overrides the URL. */
        public Builder username(String value) {
            username = Optional.of(value);
            return this;
        }

        /** With what; overrides the URL. Never logged. */
        public Builder password(String value) {
            password = Optional.of(new Secret(value));
            return this;
        }

        /** How long one attempt may take, after which a silent connection is doubted. Default 250 ms. */
        public Builder attemptTimeout(Duration value) {
            attemptTimeout = value;
            return this;
        }

        /** How long connecting may take, login included: 10 ms to 1 minute. Default 2 s. */
        public Builder connectTimeout(Duration value) {
            options.put(RedisSettings.CONNECT_TIMEOUT, DurationText.format(value));
            return this;
        }

        /**
         * How many calls may be under way at once before more are refused as overload: 1 to 1,000,000. A record that is
         * read or written is one call. Default 10,000.
         */
        public Builder requestQueueSize(int value) {
            options.put(RedisSettings.REQUEST_QUEUE_SIZE, Integer.toString(value));
            return this;
        }

        /**
         * Says that the server keeps every acknowledged write through its own restart: {@code appendfsync always}, and
         * no failover to a replica that may lack it. Default false.
         */
        public Builder durable(boolean value) {
            options.put(RedisSettings.DURABLE, Boolean.toString(value));
            return this;
        }

        /** The certificates to trust, in PEM format. Default: those of the Java runtime. */
        public Builder caFile(Path value) {
            options.put(RedisSettings.CA_FILE, value.toString());
            return this;
        }

        /** Who logs in at the sentinels, where they ask for a login of their own. Only with {@code redis-sentinel}. */
        public Builder sentinelUsername(String value) {
            options.put(RedisSettings.SENTINEL_USERNAME, value);
            return this;
        }

        /** With what one logs in at the sentinels; default: without a login. Never logged. */
        public Builder sentinelPassword(String value) {
            options.put(RedisSettings.SENTINEL_PASSWORD, value);
            return this;
        }

        /**
         * Makes the backend. Touches no server.
         *
         * @throws InvalidSettingException if a setting is not legal
         */
        public RedisBackend build() {
            return new RedisBackend(RedisSettings.of(new BackendSettings(
                    name, url, username, password, 1, true, attemptTimeout, Optional.empty(), options)));
        }
    }
}
