package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** The locks: each call is one of the {@link LockSteps} of the database. */
final class Locks implements LockStore {

    private final Lane lane;
    private final Calls calls;
    private final LockSteps steps;
    private final Duration timeout;
    private final boolean lendable;

    /** @param lendable whether a caller that waits may do a step on its own thread */
    Locks(Lane lane, Calls calls, LockSteps steps, Duration timeout, boolean lendable) {
        this.lane = lane;
        this.calls = calls;
        this.steps = steps;
        this.timeout = timeout;
        this.lendable = lendable;
    }

    @Override
    public CompletionStage<AuthorityReply> authority(String space) {
        return submit(timeout, (session, life) -> steps.authority(session, life, space));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(
            String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
        return submit(
                timeout,
                (session, present) -> present.incarnation().equals(life)
                        && steps.replace(session, present, space, expectedRevision, next, notAfter));
    }

    @Override
    public CompletionStage<LockReply> perform(LockRequest request) {
        return submit(request.timeout(), (session, life) -> steps.perform(session, life, request));
    }

    @Override
    public CompletionStage<LockReply> performHere(LockRequest request) {
        return lendable
                ? lane.here(
                        request.timeout(),
                        attempt -> calls.run(attempt, (session, life) -> steps.perform(session, life, request)))
                : perform(request);
    }

    private <T> CompletionStage<T> submit(Duration time, Calls.Operation<T> operation) {
        return lane.submit(time, attempt -> calls.run(attempt, operation));
    }
}
