package io.resilientstorage.redis;

import io.resilientstorage.backend.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one request and what became of them. It ends with all replies, or with one failure: if calls were lost,
 * then only after all have come to an end, for only then is it known whether any of them was sent.
 */
final class Batch {

    private final CompletableFuture<List<Reply>> replies = new CompletableFuture<>();
    private final AtomicReferenceArray<Reply> ends;
    private final AtomicInteger open;
    private final AtomicBoolean anySent = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> loss = new AtomicReference<>();

    Batch(int size) {
        ends = new AtomicReferenceArray<>(size);
        open = new AtomicInteger(size);
    }

    /** The replies in the order of the calls. */
    CompletableFuture<List<Reply>> replies() {
        return replies;
    }

    /** Takes what became of one call. */
    void ended(int index, Call.End end) {
        if (end instanceof Call.End.Replied replied) {
            anySent.set(true);
            ends.set(index, replied.reply());
        } else if (end instanceof Call.End.Lost lost) {
            if (lost.sent()) {
                anySent.set(true);
            }
            loss.compareAndSet(null, lost.cause());
        }
        if (open.decrementAndGet() == 0) {
            complete();
        }
    }

    /** Ends it now. The server may have got every call, and may yet do what it says. */
    void timedOut(Duration timeout) {
        replies.completeExceptionally(
                BackendException.noAnswer("no answer within " + Math.max(0, timeout.toMillis()) + " ms"));
    }

    private void complete() {
        Throwable cause = loss.get();
        if (cause == null) {
            replies.complete(
                    IntStream.range(0, ends.length()).mapToObj(ends::get).toList());
        } else {
            String lost = "the connection was lost: " + Reason.of(cause);
            replies.completeExceptionally(
                    anySent.get() ? BackendException.noAnswer(lost, cause) : BackendException.unreachable(lost, cause));
        }
    }
}
