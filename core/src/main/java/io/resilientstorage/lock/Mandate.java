package io.resilientstorage.lock;

import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockTerms;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Whom to ask for a lock, and what it takes for a grant to count.
 *
 * @param at who grants
 * @param terms what the request says must stand in the record there
 * @param peer who must have a copy; empty if nobody must
 */
record Mandate(Granter at, LockTerms terms, Optional<Granter> peer) {

    /** Asks for a grant or a renewal. If somebody must have a copy, it does not count yet. */
    CompletableFuture<LockReply> ask(
            LockAction action,
            String space,
            String name,
            String owner,
            long ttlMillis,
            long token,
            long nanos,
            Asker asker) {
        return at.perform(action, space, name, owner, ttlMillis, terms, token, nanos, asker);
    }

    /** Gives the peer, which there must be, its copy of what was granted: for no shorter time. */
    CompletableFuture<LockReply> copy(
            String space, String name, String owner, LockReply grant, long nanos, Asker asker) {
        long millis = Math.min(grant.remainingMillis(), terms.maxTtlMillis());
        return peer.orElseThrow()
                .perform(LockAction.COPY, space, name, owner, millis, terms, grant.token(), nanos, asker);
    }
}
