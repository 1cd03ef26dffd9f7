package io.resilientstorage.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.RedisCommand;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, used by all threads at once, from its making to its loss. It never comes back: another takes its
 * place. So what is lost with it is lost at once, is never sent again, and what a server said of itself right after
 * connecting stays true of every answer.
 *
 * <p>A server that is stopped, or a network that swallows everything, shows itself by silence alone: if calls are under
 * way and nothing at all has been answered for a while, the link closes itself.
 */
final class Link implements Wire {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final StatefulConnection<byte[], byte[]> connection;
    private final Endpoint server;
    private final Time time;
    private final SilenceWatch silence;
    private final InFlight inFlight;
    private final boolean mastersOnly;
    /** The latest one, which may have gone; null if something has been sent since that must not be overtaken. */
    private final AtomicReference<@Nullable JoinedCall> joined = new AtomicReference<>();

    private final Duration linger;
    private final Duration hungAfter;
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private volatile Incarnation incarnation = new Incarnation("");
    private volatile String runId = "";
    private volatile boolean evicted;
    private volatile boolean joins;
    private volatile String gaveUp = "";

    Link(StatefulConnection<byte[], byte[]> connection, Endpoint server, Time time, RedisSettings settings) {
        this.connection = connection;
        this.server = server;
        this.time = time;
        this.mastersOnly = settings.mastersOnly();
        this.linger = settings.silenceLimit();
        this.inFlight = new InFlight(settings.requestQueueSize(), RedisSettings.MAX_BYTES_IN_FLIGHT);
        this.hungAfter = settings.attemptTimeout();
        this.silence = new SilenceWatch(
                time,
                settings.silenceLimit(),
                () -> over.get() || inFlight.isEmpty(),
                length -> giveUp("nothing was answered for " + length.toMillis() + " ms"));
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

    @Override
    public Incarnation incarnation() {
        return incarnation;
    }

    @Override
    public String runId() {
        return runId;
    }

    @Override
    public boolean evicted() {
        return evicted;
    }

    /** Takes over what the server tells of itself. */
    void told(ServerInfo info) {
        evicted = info.evicts();
        joins = info.isStandalone();
        incarnation = info.incarnation();
        runId = info.runId();
        if (mastersOnly && info.isReplica()) {
            retire("the server is a replica");
        }
    }

    @Override
    public long nanos() {
        return time.clock().nanos();
    }

    /** Tells once, with the reason, that the link is over; at once if it is over already. */
    void whenOver(Consumer<String> listener) {
        CompletionStage<String> ending = end;
        ending.thenAccept(listener);
    }

    @Override
    public CompletionStage<List<Reply>> send(List<Call> calls, Duration timeout) {
        if (calls.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        Batch batch = new Batch(calls.size());
        if (!enter(calls.size(), calls.stream().mapToLong(Call::size).sum())) {
            return CompletableFuture.failedFuture(noRoom());
        }
        for (int i = 0; i < calls.size(); i++) {
            int index = i;
            Call call = calls.get(i);
            call.whenOver(how -> batch.ended(index, left(call.size(), how)));
        }
        Timers.Timer timer = timeout(timeout, () -> batch.timedOut(timeout));
        CompletionStage<List<Reply>> replies = batch.replies();
        replies.whenComplete((all, failure) -> timer.cancel());
        standApart(calls);
        dispatch(calls, () -> connection.dispatch(calls));
        return replies;
    }

    @Override
    public CompletionStage<Reply> send(Call call, Duration timeout) {
        Sole sole = new Sole();
        if (!enter(1, call.size())) {
            return CompletableFuture.failedFuture(noRoom());
        }
        Timers.Timer timer = timeout(timeout, () -> sole.reply().completeExceptionally(Batch.noAnswer(timeout)));
        call.whenOver(how -> {
            timer.cancel();
            sole.ended(left(call.size(), how));
        });
        List<Call> alone = List.of(call);
        standApart(alone);
        dispatch(alone, () -> connection.dispatch(call));
        return sole.reply();
    }

    @Override
    public CompletionStage<Reply> join(ScriptCall call, Duration timeout) {
        if (!joins || inFlight.isBelow(JoinedCall.FROM)) {
            return send(call.byDigest(), timeout);
        }
        Sole sole = new Sole();
        long size = call.size();
        if (!enter(1, size)) {
            return CompletableFuture.failedFuture(noRoom());
        }
        Timers.Timer timer = timeout(timeout, () -> sole.reply().completeExceptionally(Batch.noAnswer(timeout)));
        JoinedCall.Part part = new JoinedCall.Part(call, how -> {
            timer.cancel();
            sole.ended(left(size, how));
        });
        JoinedCall standing = joined.get();
        if (standing == null || !standing.takes(part)) {
            JoinedCall next = new JoinedCall(part);
            dispatch(List.of(next), () -> connection.dispatch(next));
            // Only then, and only if nobody was faster: what comes later must not join what goes earlier.
            joined.compareAndSet(standing, next);
        }
        return sole.reply();
    }

    /** A write that its caller begins after these is not to arrive before them, as it would with what goes already. */
    private void standApart(List<Call> calls) {
        if (joined.get() != null && calls.stream().anyMatch(Call::isScript)) {
            joined.set(null);
        }
    }

    private boolean enter(int calls, long bytes) {
        if (inFlight.isEmpty()) {
            silence.begin();
        }
        return inFlight.enter(calls, bytes);
    }

    /** A call is no longer under way: takes note of it, and says what that means. */
    private Call.End left(long size, Call.End how) {
        inFlight.leave(size);
        Call.End why = because(how);
        note(how);
        return why;
    }

    private Timers.Timer timeout(Duration timeout, Runnable end) {
        long dueAt = nanos() + timeout.toNanos();
        return time.timeouts().schedule(timeout, () -> {
            end.run();
            silence.timedOut(dueAt);
        });
    }

    @Override
    public int parts() {
        return 1;
    }

    @Override
    public int part(int slot) {
        return 0;
    }

    @Override
    public boolean joinsSlots() {
        return true;
    }

    @Override
    public String layout() {
        return Digest.of(incarnation.id());
    }

    @Override
    public CompletionStage<Reply> sendTo(int part, Call call, Duration timeout) {
        return send(call, timeout);
    }

    /** Why a call would be refused now before it is sent, empty if it would not be. */
    Optional<BackendException> refusal() {
        return inFlight.isFull() ? Optional.of(noRoom()) : Optional.empty();
    }

    /** Too many calls are the caller's affair as long as the server answers, and the server's if it does not. */
    private BackendException noRoom() {
        String full = "too many calls to Redis are under way; at most " + inFlight.maxCalls() + ", or "
                + inFlight.maxBytes() + " bytes";
        return silence.hasLasted(hungAfter)
                ? BackendException.unreachable(full + ", and none was answered within " + hungAfter.toMillis() + " ms")
                : BackendException.overloaded(full);
    }

    private static void dispatch(List<? extends RedisCommand<?, ?, ?>> calls, Runnable send) {
        try {
            send.run();
        } catch (RuntimeException e) {
            calls.forEach(call -> call.completeExceptionally(e));
        }
    }

    /**
     * Gives the link up: another is to take its place. What is under way has a while to be answered, for a server that
     * refuses may yet say so, and that is more than nobody knows.
     */
    void retire(String reason) {
        if (end.complete(reason)) {
            time.timers().schedule(linger, () -> close(reason));
        }
    }

    /** Ends the link. What is under way fails at once. */
    void close(String reason) {
        if (over.compareAndSet(false, true)) {
            CompletionStage<Void> closing = connection.closeAsync();
            closing.whenComplete((done, failure) -> {
                if (failure != null) {
                    LOG.debug("A connection that was given up was not closed cleanly", failure);
                }
            });
            end.complete(reason);
        }
    }

    private void giveUp(String why) {
        gaveUp = why;
        close(why);
    }

    /** What was lost because the link was given up was lost for that reason, of which Lettuce knows nothing. */
    private Call.End because(Call.End how) {
        String why = gaveUp;
        return how instanceof Call.End.Lost lost && !why.isEmpty()
                ? new Call.End.Lost(lost.sent(), new IllegalStateException(why))
                : how;
    }

    private void note(Call.End how) {
        if (how instanceof Call.End.Lost lost) {
            // One lost call is enough: after a failed write or a reply that could not be read, the connection's order
            // of calls and replies is not to be trusted any more.
            close("the connection was lost: " + Reason.of(lost.cause()));
        } else {
            silence.begin();
            if (mastersOnly
                    && how instanceof Call.End.Replied replied
                    && replied.reply() instanceof ServerError error
                    && error.isReadOnly()) {
                retire("the server takes no writes any more");
            }
        }
    }
}
