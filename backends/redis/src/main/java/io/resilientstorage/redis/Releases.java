package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisCommandExecutionException;
import io.resilientstorage.backend.ReleaseWatch;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears by publish/subscribe of locks that are released. One channel for a lock space, with the key of the lock as the
 * message; one connection for the backend, which is there while anybody listens, and is made again when it is lost. In
 * a Cluster it goes to any master, for what is published at one is known to all. Channels know of no databases: a
 * release in another one of the same server is heard too, and costs a question.
 *
 * <p>A server that refuses is asked again after some minutes; one that cannot be had, more and more seldom. Both are
 * said once. A connection that hears nothing is tried every other second, by subscribing once more.
 *
 * <p>Connections and answers end on threads of Lettuce and of the timers; what they change is guarded by this object's
 * lock, under which nothing waits. Listeners are told under it when listening begins and ends, so that this comes in
 * order, and of releases without it.
 */
final class Releases {

    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration LASTING = Duration.ofSeconds(1);
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);
    private static final Duration SELDOM = Duration.ofSeconds(30);
    private static final int TRIES = 5;

    /** A channel that somebody listens to. */
    private static final class Channel {
        private final String space;
        private final byte[] name;
        private final List<ReleaseWatch.Listener> listeners = new CopyOnWriteArrayList<>();
        private boolean confirmed;

        Channel(String space) {
            this.space = space;
            this.name = PhysicalKey.ofLockSpace(space);
        }
    }

    private final RedisSettings settings;
    private final Time time;
    private final Connections connections;
    private final Servers servers;
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    private Optional<Subscription> current = Optional.empty();
    private Optional<Timers.Timer> next = Optional.empty();
    private boolean connecting;
    private boolean complained;
    private boolean closed;
    private int failures;
    private long since;

    Releases(RedisSettings settings, Time time, Connections connections, Servers servers) {
        this.settings = settings;
        this.time = time;
        this.connections = connections;
        this.servers = servers;
    }

    /** Begins to hear of releases in a space. */
    ReleaseWatch watch(String space, ReleaseWatch.Listener listener) {
        Channel fresh = new Channel(space);
        String name = new String(fresh.name, UTF_8);
        synchronized (this) {
            if (!closed) {
                Channel channel = channels.computeIfAbsent(name, any -> fresh);
                channel.listeners.add(listener);
                if (channel.confirmed) {
                    listener.begun();
                } else if (channel == fresh) {
                    current.ifPresentOrElse(up -> subscribe(up, channel), this::connectUnlessThatComes);
                }
            }
        }
        return () -> leave(name, listener);
    }

    private void leave(String name, ReleaseWatch.Listener listener) {
        synchronized (this) {
            Channel channel = channels.get(name);
            if (channel == null || !channel.listeners.remove(listener) || !channel.listeners.isEmpty()) {
                return;
            }
            channels.remove(name);
            if (channels.isEmpty()) {
                drop("nobody listens any more");
            } else {
                current.ifPresent(up -> up.unsubscribe(channel.name));
            }
        }
    }

    /** Ends all. */
    void close() {
        synchronized (this) {
            closed = true;
            channels.clear();
            next.ifPresent(Timers.Timer::cancel);
            drop("the backend was closed");
        }
    }

    /** Under the lock. */
    private void drop(String reason) {
        Optional<Subscription> up = current;
        current = Optional.empty();
        up.ifPresent(one -> one.close(reason));
        for (Channel channel : channels.values()) {
            if (channel.confirmed) {
                channel.confirmed = false;
                channel.listeners.forEach(ReleaseWatch.Listener::ended);
            }
        }
    }

    /** Under the lock. */
    private void connectUnlessThatComes() {
        if (!connecting && next.isEmpty()) {
            connect();
        }
    }

    /** Under the lock. */
    private void connectIn(Duration delay) {
        if (!closed) {
            next = Optional.of(time.timers().schedule(delay, () -> {
                synchronized (this) {
                    next = Optional.empty();
                    connect();
                }
            }));
        }
    }

    /** Under the lock. */
    private void connect() {
        if (closed || channels.isEmpty()) {
            return;
        }
        List<Endpoint> reached = servers.reached();
        if (reached.isEmpty()) {
            // That one is seen to, and is said, elsewhere.
            connectIn(LASTING);
            return;
        }
        connecting = true;
        Endpoint server = reached.get((int) (time.randomness().nextDouble() * reached.size()));
        Stages.plain(() -> connections.subscribe(
                        server, settings.login(), settings.address().database(), settings.connectTimeout()))
                .whenComplete(this::connected);
    }

    private void connected(@Nullable Subscription up, @Nullable Throwable failure) {
        synchronized (this) {
            connecting = false;
            if (up == null) {
                failures = Math.min(failures + 1, TRIES + 1);
                again(Reason.of(failure == null ? new IllegalStateException("no connection") : failure));
                return;
            }
            if (closed || channels.isEmpty()) {
                up.close("nobody listens any more");
                return;
            }
            current = Optional.of(up);
            since = time.clock().nanos();
            up.whenTold(this::told);
            channels.values().forEach(channel -> subscribe(up, channel));
            beatLater(up);
        }
        up.whenOver(reason -> lost(up, reason));
    }

    /** Under the lock. */
    private void subscribe(Subscription to, Channel channel) {
        to.subscribe(channel.name, settings.backgroundTimeout())
                .whenComplete((done, failure) -> subscribed(to, channel, failure));
    }

    private void subscribed(Subscription to, Channel channel, @Nullable Throwable failure) {
        synchronized (this) {
            if (!isCurrent(to)) {
                return;
            }
            if (failure == null) {
                confirmed(channel);
            } else if (failure instanceof RedisCommandExecutionException) {
                refused(String.valueOf(
                        new ServerError(Reason.of(failure)).sorted().getMessage()));
            } else {
                to.close("a channel was not subscribed to: " + Reason.of(failure));
            }
        }
    }

    /** Under the lock. */
    private void confirmed(Channel channel) {
        complained = false;
        if (!channel.confirmed) {
            channel.confirmed = true;
            channel.listeners.forEach(ReleaseWatch.Listener::begun);
        }
    }

    /** Under the lock. */
    private void refused(String reason) {
        complain(reason);
        drop("the server refuses to tell of releases");
        next.ifPresent(Timers.Timer::cancel);
        connectIn(AFTER_REFUSAL);
    }

    private void lost(Subscription former, String reason) {
        synchronized (this) {
            if (isCurrent(former)) {
                boolean lasted = time.clock().nanos() - since >= LASTING.toNanos();
                boolean served = channels.values().stream().anyMatch(channel -> channel.confirmed);
                failures = lasted && served ? 0 : Math.min(failures + 1, served ? TRIES : TRIES + 1);
                drop(reason);
                again(reason);
            }
        }
    }

    /** Under the lock. */
    private void again(String reason) {
        LOG.debug("Backend {}: releases of locks are not told: {}", settings.name(), reason);
        if (failures > TRIES) {
            complain(reason);
            connectIn(SELDOM);
        } else {
            connectIn(Backoff.after(failures, time.randomness()));
        }
    }

    /** Under the lock. */
    private void complain(String reason) {
        if (!complained) {
            complained = true;
            LOG.warn(
                    "Backend {} does not tell of releases of locks; who waits for one asks at intervals: {}",
                    settings.name(),
                    reason);
        }
    }

    /** Under the lock. */
    private boolean isCurrent(Subscription one) {
        return current.map(up -> up == one).orElse(false);
    }

    private void told(byte[] channel, byte[] message) {
        Channel known = channels.get(new String(channel, UTF_8));
        if (known != null) {
            PhysicalKey.lockAt(message, known.space)
                    .ifPresent(lock -> known.listeners.forEach(listener -> listener.released(lock)));
        }
    }

    private void beatLater(Subscription up) {
        time.timers().schedule(BEAT, () -> beat(up));
    }

    private void beat(Subscription up) {
        synchronized (this) {
            List<Endpoint> reached = servers.reached();
            if (!isCurrent(up) || channels.isEmpty()) {
                return;
            }
            if (!reached.isEmpty() && !reached.contains(up.server())) {
                up.close("calls go elsewhere now");
                return;
            }
            subscribe(up, channels.values().iterator().next());
            beatLater(up);
        }
    }
}
