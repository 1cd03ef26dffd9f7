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
import java.util.function.Consumer;
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
    private final Asker asker;
    private final CompletableFuture<Outcome> result = new CompletableFuture<>();
    /** Who may have granted it without an answer, and until when (monotonic) such a request may be done. */
    private final Map<Granter, Long> unsure = new LinkedHashMap<>();

    private int rounds;
    private int failures;

    Acquisition(
            Keeper keeper,
            String space,
            String name,
            String owner,
            long ttlMillis,
            long deadline,
            Clock clock,
            Asker asker) {
        this.keeper = keeper;
        this.space = space;
        this.name = name;
        this.owner = owner;
        this.ttlMillis = ttlMillis;
        this.deadline = deadline;
        this.clock = clock;
        this.asker = asker;
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
                granted.copy().ifPresent(unsure::remove);
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
        Mandate mandate = keeper.mandate();
        Sent sent = Sent.now(clock);
        long nanos = Math.min(left(), mandate.at().attemptNanos());
        step(
                mandate.at(),
                sent.nanos() + nanos,
                mandate.ask(LockAction.ACQUIRE, space, name, owner, ttlMillis, FencingToken.NONE, nanos, asker),
                reply -> answered(mandate, sent, reply));
    }

    /**
     * A request, and what follows from its answer.
     *
     * @param until the moment at which it is waited for no more
     */
    private void step(
            Granter asked, long until, CompletableFuture<LockReply> request, Consumer<LockReply> whenAnswered) {
        var unused = request.whenComplete((reply, failure) -> {
            try {
                if (failure == null) {
                    whenAnswered.accept(reply);
                } else {
                    failed(asked, until, Granter.sorted(failure));
                }
            } catch (RuntimeException | Error broken) {
                // Without this a step that fails would leave the call without an end.
                result.completeExceptionally(broken);
            }
        });
    }

    private void answered(Mandate mandate, Sent sent, LockReply reply) {
        Granter at = mandate.at();
        switch (reply.status()) {
            case GRANTED -> granted(mandate, sent, reply);
            case HELD -> end(new Outcome.Held(at, reply.remainingMillis()));
            case DRAINING -> end(new Outcome.Refused(Refusals.draining(at.name(), reply.remainingMillis())));
            case DISAGREES ->
                Refusals.disagreement(at.name(), mandate.terms(), reply)
                        .ifPresentOrElse(no -> end(new Outcome.Refused(no)), this::look);
            // The backend's clock was measured by this answer, or somebody has to see to the authority.
            case LATE -> round();
            default -> look();
        }
    }

    /** It counts at once, or when the peer has its copy: until then both may have it for nothing. */
    private void granted(Mandate mandate, Sent sent, LockReply grant) {
        Outcome.Granted held =
                new Outcome.Granted(mandate.at(), mandate.peer(), grant.token(), grant.remainingMillis(), sent);
        if (mandate.peer().isEmpty()) {
            end(held);
            return;
        }
        Granter peer = mandate.peer().get();
        unsure.put(mandate.at(), clock.nanos());
        if (left() <= 0) {
            round();
            return;
        }
        long nanos = Math.min(left(), peer.attemptNanos());
        long until = clock.nanos() + nanos;
        step(peer, until, mandate.copy(space, name, owner, grant, nanos, asker), reply -> {
            switch (reply.status()) {
                case COPIED -> end(held);
                case LATE -> round();
                default -> look();
            }
        });
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
