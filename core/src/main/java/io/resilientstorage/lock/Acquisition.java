package io.resilientstorage.lock;

import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjLongConsumer;

/**
 * One acquire, and what it takes: the one to ask may have to be found, or may not answer. The same owner asks again, so
 * it does no harm that a request was done whose answer did not come. Where one may have been done for nothing, that is
 * told.
 *
 * <p>Its steps run one after the other, on whichever thread brings the answer.
 */
final class Acquisition {

    private static final int MOST_ROUNDS = 6;
    private static final int MOST_FAILURES = 2;

    private final Keeper keeper;
    private final String space;
    private final String name;
    private final String owner;
    private final long ttlMillis;
    private final long deadline;
    private final Clock clock;
    private final CompletableFuture<Outcome> result = new CompletableFuture<>();
    /** Who may have granted it without an answer, and until when (monotonic) such a request may be done. */
    private final Map<Granter, Long> unsure = new LinkedHashMap<>();

    private int rounds;
    private int failures;

    Acquisition(Keeper keeper, String space, String name, String owner, long ttlMillis, long deadline, Clock clock) {
        this.keeper = keeper;
        this.space = space;
        this.name = name;
        this.owner = owner;
        this.ttlMillis = ttlMillis;
        this.deadline = deadline;
        this.clock = clock;
    }

    /**
     * Begins.
     *
     * @param unsettled is told, before the end, of each backend that may have granted it for nothing, and until when
     *     (monotonic nanoseconds) that may still happen
     */
    CompletableFuture<Outcome> run(ObjLongConsumer<Granter> unsettled) {
        CompletableFuture<Outcome> told = result.whenComplete((outcome, failure) -> {
            if (outcome instanceof Outcome.Granted granted) {
                unsure.remove(granted.by());
            }
            unsure.forEach(unsettled::accept);
        });
        if (keeper.isReady()) {
            round();
        } else {
            look();
        }
        return told;
    }

    private long left() {
        return deadline - clock.nanos();
    }

    private void look() {
        var unused = keeper.look().thenAccept(this::looked);
    }

    private void looked(Optional<LockUnavailable> refusal) {
        if (refusal.isPresent()) {
            end(new Outcome.Refused(refusal.get()));
        } else {
            round();
        }
    }

    private void end(Outcome outcome) {
        result.complete(outcome);
    }

    private void round() {
        if (left() <= 0 || ++rounds > MOST_ROUNDS) {
            end(new Outcome.Refused(Refusals.unreachable("no backend has granted or refused it in time")));
            return;
        }
        Granter at = keeper.target();
        Sent sent = Sent.now(clock);
        long nanos = Math.min(left(), at.attemptNanos());
        var unused = at.perform(
                        LockAction.ACQUIRE, space, name, owner, ttlMillis, keeper.terms(), FencingToken.NONE, nanos)
                .whenComplete((reply, failure) -> {
                    try {
                        if (failure == null) {
                            answered(at, sent, reply);
                        } else {
                            failed(at, sent.nanos() + nanos, Granter.sorted(failure));
                        }
                    } catch (RuntimeException | Error broken) {
                        // Without this a step that fails would leave the call without an end.
                        result.completeExceptionally(broken);
                    }
                });
    }

    private void answered(Granter at, Sent sent, LockReply reply) {
        switch (reply.status()) {
            case GRANTED -> end(new Outcome.Granted(at, reply.token(), reply.remainingMillis(), sent));
            case HELD -> end(new Outcome.Held(at, reply.remainingMillis()));
            case DRAINING -> end(new Outcome.Refused(Refusals.draining(at.name(), reply.remainingMillis())));
            case DISAGREES -> end(new Outcome.Refused(Refusals.disagrees(at.name(), keeper.terms(), reply)));
            // The backend's clock was measured by this answer, or somebody has to see to the authority.
            case LATE -> round();
            default -> look();
        }
    }

    private void failed(Granter at, long until, BackendException failure) {
        if (failure.kind() == BackendException.Kind.INVALID) {
            result.completeExceptionally(new InvalidRequestException(
                    "lock", "was refused by " + at.name() + ": " + failure.getMessage(), failure));
            return;
        }
        if (failure.kind() == BackendException.Kind.OVERLOADED) {
            result.completeExceptionally(new OverloadedException(at.name() + ": " + failure.getMessage(), failure));
            return;
        }
        if (!failure.outcomeKnown()) {
            unsure.put(at, until);
        }
        if (++failures >= MOST_FAILURES) {
            end(new Outcome.Refused(Refusals.failed(at.name(), failure)));
            // Whether another is to take its place is looked at beside the call.
            var unused = keeper.look();
        } else if (failure.outcomeKnown()) {
            look();
        } else {
            round();
        }
    }
}
