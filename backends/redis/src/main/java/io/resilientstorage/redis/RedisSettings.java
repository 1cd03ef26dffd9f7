package io.resilientstorage.redis;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.Secret;
import io.resilientstorage.config.SettingKind.OfDuration;
import io.resilientstorage.config.SettingKind.OfNumber;
import io.resilientstorage.config.SettingKind.OfSwitch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The checked settings of one Redis backend.
 *
 * @param name its name
 * @param address where Redis is
 * @param login who logs in, empty for nobody
 * @param sentinelLogin who logs in at the sentinels, empty for nobody
 * @param attemptTimeout how long one attempt may take
 * @param connectTimeout how long connecting may take, login included
 * @param requestQueueSize how many calls may be under way at once
 * @param durable whether it keeps every acknowledged write through its own restart
 * @param caFile the certificates to trust, in PEM format; empty for those of the Java runtime
 */
record RedisSettings(
        String name,
        RedisAddress address,
        Optional<Login> login,
        Optional<Login> sentinelLogin,
        Duration attemptTimeout,
        Duration connectTimeout,
        int requestQueueSize,
        boolean durable,
        Optional<Path> caFile) {

    static final String REQUEST_QUEUE_SIZE = "requestQueueSize";
    static final String CONNECT_TIMEOUT = "connectTimeout";
    static final String DURABLE = "durable";
    static final String CA_FILE = "caFile";
    static final String SENTINEL_USERNAME = "sentinelUsername";
    static final String SENTINEL_PASSWORD = "sentinelPassword";

    /** How many bytes may be under way at once. */
    static final long MAX_BYTES_IN_FLIGHT = 64L << 20;

    private static final Set<String> OPTIONS = new TreeSet<>(
            Set.of(REQUEST_QUEUE_SIZE, CONNECT_TIMEOUT, DURABLE, CA_FILE, SENTINEL_USERNAME, SENTINEL_PASSWORD));
    private static final OfNumber QUEUE_BOUNDS = new OfNumber(1, 1_000_000);
    private static final OfDuration CONNECT_BOUNDS = new OfDuration(Duration.ofMillis(10), Duration.ofMinutes(1));
    private static final String DEFAULT_QUEUE = "10000";
    private static final String DEFAULT_CONNECT = "2s";
    private static final Duration BACKGROUND = Duration.ofSeconds(2);
    private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(1);

    /** Checks settings; {@link InvalidSettingException} if one is not legal. */
    static RedisSettings of(BackendSettings settings) {
        String path = "backends." + settings.name();
        for (String option : settings.options().keySet()) {
            if (!OPTIONS.contains(option)) {
                throw new InvalidSettingException(
                        path + ".options." + option, "is not known; known are " + String.join(", ", OPTIONS));
            }
        }
        String url = path + ".url";
        RedisAddress.Parsed parsed = RedisAddress.parse(url, settings.url());
        String queue = path + ".options." + REQUEST_QUEUE_SIZE;
        String connect = path + ".options." + CONNECT_TIMEOUT;
        return new RedisSettings(
                settings.name(),
                parsed.address(),
                Login.of(settings, url, parsed.login()),
                sentinelLogin(path + ".options.", settings, parsed.address()),
                settings.attemptTimeout(),
                CONNECT_BOUNDS.check(
                        connect, CONNECT_BOUNDS.parse(connect, option(settings, CONNECT_TIMEOUT, DEFAULT_CONNECT))),
                QUEUE_BOUNDS
                        .check(queue, QUEUE_BOUNDS.parse(queue, option(settings, REQUEST_QUEUE_SIZE, DEFAULT_QUEUE)))
                        .intValue(),
                new OfSwitch().parse(path + ".options." + DURABLE, option(settings, DURABLE, "false")),
                caFile(path + ".options." + CA_FILE, settings));
    }

    /** Whether a server that is a replica is of no use, because somebody knows where the master is. */
    boolean mastersOnly() {
        return address.kind() == RedisAddress.Kind.SENTINEL;
    }

    /** For how long nothing at all may be answered before a connection is given up. */
    Duration silenceLimit() {
        Duration twoAttempts = attemptTimeout.multipliedBy(2);
        return twoAttempts.compareTo(SHORTEST_SILENCE) > 0 ? twoAttempts : SHORTEST_SILENCE;
    }

    /** How long a call may take that no user waits for. */
    Duration backgroundTimeout() {
        return attemptTimeout.compareTo(BACKGROUND) > 0 ? attemptTimeout : BACKGROUND;
    }

    private static String option(BackendSettings settings, String name, String otherwise) {
        return settings.options().getOrDefault(name, otherwise);
    }

    private static Optional<Login> sentinelLogin(String path, BackendSettings settings, RedisAddress address) {
        Optional<String> username = Optional.ofNullable(settings.options().get(SENTINEL_USERNAME));
        Optional<Secret> password =
                Optional.ofNullable(settings.options().get(SENTINEL_PASSWORD)).map(Secret::new);
        if (address.kind() != RedisAddress.Kind.SENTINEL && (username.isPresent() || password.isPresent())) {
            String option = username.isPresent() ? SENTINEL_USERNAME : SENTINEL_PASSWORD;
            throw new InvalidSettingException(path + option, "means nothing without redis-sentinel:// in the URL");
        }
        if (username.isPresent() && password.isEmpty()) {
            throw new InvalidSettingException(path + SENTINEL_USERNAME, "comes without " + SENTINEL_PASSWORD);
        }
        return password.map(known -> new Login(username, known));
    }

    private static Optional<Path> caFile(String setting, BackendSettings settings) {
        return Optional.ofNullable(settings.options().get(CA_FILE)).map(text -> {
            Path file = Path.of(text);
            if (!Files.isReadable(file)) {
                throw new InvalidSettingException(setting, "is '" + text + "', which is no file that can be read");
            }
            return file;
        });
    }
}
