package io.resilientstorage.redis;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one {@link Link} to the server, and makes another when it is lost, until it is closed. A link is given out only
 * after the server has told its incarnation over it.
 *
 * <p>One try to connect is under way at a time, each bounded in time. Links and tries end on threads of Lettuce and of
 * the timers; what they change is guarded by this object's lock, under which nothing waits. Calls read {@link #state}
 * alone.
 */
final class LinkKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(LinkKeeper.class);

    /** A link that is lost sooner than this counts as a try that failed, so that tries never follow without a pause. */
    private static final Duration LASTING = Duration.ofSeconds(1);

    private sealed interface State {

        /** There is a link. */
        record Up(Link link, long since) implements State {}

        /** There is none, and there will be one. */
        record Down(String reason) implements State {}

        /** There is none, and there will be none. */
        record Closed() implements State {}
    }

    private final RedisSettings settings;
    private final Time time;
    private final Connector connector;
    private final FirstTry firstTry;
    private final Runnable whenChanged;
    private volatile State state = new State.Down("the first connection is being made");
    private int failures;
    private boolean outageLogged;
    private long tryBegan;
    private long outageBegan;

    /** @param whenChanged told after the link was made, lost, or not made; must not wait */
    LinkKeeper(RedisSettings settings, Time time, Connector connector, Runnable whenChanged) {
        this.settings = settings;
        this.time = time;
        this.connector = connector;
        this.firstTry = new FirstTry(time);
        this.whenChanged = whenChanged;
    }

    /** Begins to connect. */
    void open() {
        outageBegan = time.clock().nanos();
        connect();
    }

    /** The link, empty if there is none. */
    Optional<Link> current() {
        return state instanceof State.Up up ? Optional.of(up.link()) : Optional.empty();
    }

    /** The failure of a call that finds no link. */
    BackendException missing() {
        return BackendException.unreachable(
                state instanceof State.Down down
                        ? "there is no connection to " + connector + ": " + down.reason()
                        : "the backend is closed");
    }

    /**
     * Does something with the link. The stage fails with a {@link BackendException} itself, not with a wrapper around
     * it; at once if there is no link.
     */
    <T> CompletionStage<T> withLink(Function<Link, CompletionStage<T>> work) {
        return Stages.plain(() -> work.apply(current().orElseThrow(this::missing)));
    }

    /** The same, but waits before that for the end of the first try to connect, within the given time. */
    <T> CompletionStage<T> withFirstLink(Duration patience, Function<Link, CompletionStage<T>> work) {
        return firstTry.thenDo(patience, () -> withLink(work));
    }

    /** Finds out whether the link goes to the right server; in the background. */
    void verify() {
        current().ifPresent(connector::verify);
    }

    /** Ends the link and all threads, and waits for that within about the given time. */
    void close(Duration patience) {
        State before;
        synchronized (this) {
            before = state;
            state = new State.Closed();
        }
        if (before instanceof State.Up up) {
            up.link().close("the backend was closed");
        }
        connector.close(patience);
    }

    private void connect() {
        synchronized (this) {
            if (state instanceof State.Closed) {
                return;
            }
            tryBegan = time.clock().nanos();
        }
        AtomicBoolean over = new AtomicBoolean();
        String tooLate = "no connection within " + settings.connectTimeout().toMillis() + " ms";
        Timers.Timer guard = time.timers().schedule(settings.connectTimeout(), () -> {
            if (over.compareAndSet(false, true)) {
                failed(tooLate);
                firstTry.ended();
            }
        });
        newLink().whenComplete((link, failure) -> {
            guard.cancel();
            boolean inTime = over.compareAndSet(false, true);
            if (failure == null && inTime) {
                established(link);
            } else if (failure == null) {
                link.close(tooLate);
            } else if (inTime) {
                failed(Reason.of(failure));
            }
            firstTry.ended();
        });
    }

    private CompletionStage<Link> newLink() {
        try {
            return connector.connect().thenCompose(this::identified);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Link> identified(Link link) {
        return link.send(ServerInfo.calls(), settings.connectTimeout()).handle((replies, failure) -> {
            if (failure != null) {
                link.close("the server did not tell what it is");
                throw new CompletionException(failure);
            }
            try {
                link.told(ServerInfo.of(replies));
                return link;
            } catch (RuntimeException e) {
                link.close("the server did not tell what it is");
                throw e;
            }
        });
    }

    private void established(Link link) {
        boolean closed;
        synchronized (this) {
            closed = state instanceof State.Closed;
            if (!closed) {
                long now = time.clock().nanos();
                state = new State.Up(link, now);
                LOG.info(
                        "Backend {} is connected to {}, after {} ms",
                        settings.name(),
                        connector,
                        Duration.ofNanos(now - outageBegan).toMillis());
                outageLogged = false;
            }
        }
        if (closed) {
            link.close("the backend was closed");
        } else {
            whenChanged.run();
            link.whenOver(reason -> lost(link, reason));
        }
    }

    private void lost(Link link, String reason) {
        synchronized (this) {
            if (!(state instanceof State.Up up) || up.link() != link) {
                return;
            }
            outageBegan = time.clock().nanos();
            failures = outageBegan - up.since() >= LASTING.toNanos() ? 0 : failures + 1;
            down(reason);
        }
        whenChanged.run();
    }

    private void failed(String reason) {
        synchronized (this) {
            if (state instanceof State.Closed) {
                return;
            }
            failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
            down(reason);
        }
        whenChanged.run();
    }

    /** Under the lock. */
    private void down(String reason) {
        state = new State.Down(reason);
        if (outageLogged) {
            LOG.debug("Backend {} has no connection to {}: {}", settings.name(), connector, reason);
        } else {
            LOG.warn(
                    "Backend {} has no connection to {}, and will try again at least every second: {}",
                    settings.name(),
                    connector,
                    reason);
            outageLogged = true;
        }
        Duration sinceTry = Duration.ofNanos(time.clock().nanos() - tryBegan);
        time.timers().schedule(Backoff.after(failures, time.randomness()).minus(sinceTry), this::connect);
    }
}
