package io.resilientstorage.lock;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockStatus;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What one voter has answered.
 *
 * @param voter who
 * @param reply what it said; empty if it failed
 * @param failure why it failed; empty if it did not
 */
record Ballot(Granter voter, Optional<LockReply> reply, Optional<BackendException> failure) {

    private static final Set<LockStatus> VOTED =
            EnumSet.of(LockStatus.GRANTED, LockStatus.COPIED, LockStatus.NEWER_EPOCH, LockStatus.LATE);

    boolean is(LockStatus status) {
        return reply.map(answer -> answer.status() == status).orElse(false);
    }

    /** Whether it answered, and may have a vote of this owner. */
    boolean mayHaveVoted() {
        return reply.map(answer -> VOTED.contains(answer.status())).orElse(false);
    }
}
