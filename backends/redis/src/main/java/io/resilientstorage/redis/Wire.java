package io.resilientstorage.redis;

import io.resilientstorage.backend.Incarnation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Where calls are sent: one server, or the masters of a Cluster, as they are at one moment. Safe for use by several
 * threads.
 */
interface Wire {

    /**
     * Sends calls in one go and tells the replies in their order. Fails with a
     * {@link io.resilientstorage.backend.BackendException} if an answer is missing; an answer that is an error is a
     * reply. Each call is executed at most once.
     */
    CompletionStage<List<Reply>> send(List<Call> calls, Duration timeout);

    /** Sends one call; as {@link #send(List, Duration)}. */
    default CompletionStage<Reply> send(Call call, Duration timeout) {
        return send(List.of(call), timeout).thenApply(replies -> replies.get(0));
    }

    /**
     * Runs a script by its digest; as {@link #send(List, Duration)}. Where many calls are under way to one server, it
     * may become one run with others: the script must take several, as {@link JoinedCall} says.
     */
    default CompletionStage<Reply> join(ScriptCall call, Duration timeout) {
        return send(call.byDigest(), timeout);
    }

    /** The life of the content, as it was last told. */
    Incarnation incarnation();

    /**
     * The run id of the one process that all that is sent goes to, for as long as this wire is there; empty if there
     * are several, or if it is not known.
     */
    String runId();

    /** Whether live keys are known to have been dropped to make room. */
    boolean evicted();

    /** The monotonic clock, for deadlines. */
    long nanos();

    /** How many servers have a part of the keys each. */
    int parts();

    /** Which of them has the keys of a slot. */
    int part(int slot);

    /** Whether one call may name keys of several slots. */
    boolean joinsSlots();

    /** A text that stays the same as long as the keys stay where they are, and a cursor of a server is good. */
    String layout();

    /**
     * Sends one step of a scan to one part. Fails if keys are moving between the parts, for then a scan may miss some.
     *
     * @param part 0 to {@link #parts()} - 1
     */
    CompletionStage<Reply> sendTo(int part, Call call, Duration timeout);
}
