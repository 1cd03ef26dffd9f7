package io.resilientstorage.lock;

import io.resilientstorage.api.LockUnavailable;
import java.util.Optional;

/** How an acquire or a renewal ended. */
sealed interface Outcome {

    /**
     * It is held.
     *
     * @param by who granted it
     * @param copy who has a copy, if one was needed
     * @param token the fencing token
     * @param heldMillis for how long the backend has granted it
     * @param sent when the request was sent
     */
    record Granted(Granter by, Optional<Granter> copy, long token, long heldMillis, Sent sent) implements Outcome {}

    /**
     * Another has it.
     *
     * @param by who says so
     * @param remainingMillis for how long
     */
    record Held(Granter by, long remainingMillis) implements Outcome {}

    /** For a renewal: it is not held under this token. */
    record Lost() implements Outcome {}

    /**
     * Nobody may grant.
     *
     * @param why what is to be answered
     */
    record Refused(LockUnavailable why) implements Outcome {}
}
