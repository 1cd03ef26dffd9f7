package io.resilientstorage.backend;

import java.time.Duration;
import java.util.Objects;

/**
 * One step with one lock.
 *
 * @param action what is to be done
 * @param space the lock space: the name of a namespace
 * @param name the lock: 1 to 512 bytes of UTF-8, any code point
 * @param owner who has it or wants it: 1 to 512 bytes of UTF-8, any code point
 * @param ttlMillis for how long it is to be held, 1 to the maxTtl of the terms; not used by a release
 * @param terms what the caller takes to stand in the authority record; not used by a release
 * @param token the token that the lock is held under: needed for a copy, not used by an acquire;
 *     {@link FencingToken#NONE} in a renewal or a release means any
 * @param notAfter milliseconds since 1970 on the backend's own clock after which nothing of this may be done any more;
 *     {@link ApplyRequest#NO_LIMIT} for none
 * @param timeout how long it may take
 */
public record LockRequest(
        LockAction action,
        String space,
        String name,
        String owner,
        long ttlMillis,
        LockTerms terms,
        long token,
        long notAfter,
        Duration timeout) {

    /** Refuses null, a ttl out of its bounds, and a copy without a token. */
    public LockRequest {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(terms, "terms");
        Objects.requireNonNull(timeout, "timeout");
        if (action != LockAction.RELEASE && (ttlMillis < 1 || ttlMillis > terms.maxTtlMillis())) {
            throw new IllegalArgumentException(
                    "ttlMillis must be between 1 and " + terms.maxTtlMillis() + ", and is " + ttlMillis);
        }
        if (token < 0 || (action == LockAction.COPY && token == FencingToken.NONE)) {
            throw new IllegalArgumentException("no token for " + action + ": " + token);
        }
    }

    /** The same with another not-after time. */
    public LockRequest withNotAfter(long millis) {
        return new LockRequest(action, space, name, owner, ttlMillis, terms, token, millis, timeout);
    }
}
