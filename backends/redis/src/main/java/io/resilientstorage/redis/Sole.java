package io.resilientstorage.redis;

import java.util.concurrent.CompletableFuture;

/** A request that is one call, which is the usual one: what {@link Batch} does for several, with less. */
final class Sole {

    private final CompletableFuture<Reply> reply = new CompletableFuture<>();

    /** The reply, or the failure if there is none. */
    CompletableFuture<Reply> reply() {
        return reply;
    }

    /** Takes what became of the call. */
    void ended(Call.End end) {
        if (end instanceof Call.End.Replied replied) {
            reply.complete(replied.reply());
        } else if (end instanceof Call.End.Lost lost) {
            reply.completeExceptionally(Batch.lost(lost.sent(), lost.cause()));
        }
    }
}
