package io.resilientstorage.lock;

import io.resilientstorage.api.AllBackendsFailedException;
import io.resilientstorage.api.HolderLock;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Locks of holders that are known by an id of their own, perhaps in several processes. Nothing is kept of them here.
 */
final class HolderLocks {

    private final LockSpace space;

    HolderLocks(LockSpace space) {
        this.space = space;
    }

    CompletableFuture<HolderLock> acquire(String name, String holder, Duration ttl, Asker asker) {
        LockRules.text("name", name);
        LockRules.text("holderId", holder);
        long ttlMillis = space.rules().ttlMillis(ttl, LockRules.LEAST_TTL);
        long deadline = deadline();
        return ended(space.acquireFor(name, holder, ttlMillis, deadline, asker), deadline);
    }

    CompletableFuture<HolderLock> renew(String name, String holder, long token, Duration ttl, Asker asker) {
        if (token < 1) {
            throw new InvalidRequestException("fencingToken", "is " + token + ", and must be at least 1");
        }
        return renewed(name, holder, token, ttl, asker);
    }

    CompletableFuture<HolderLock> renew(String name, String holder, Duration ttl, Asker asker) {
        return renewed(name, holder, FencingToken.NONE, ttl, asker);
    }

    private CompletableFuture<HolderLock> renewed(String name, String holder, long token, Duration ttl, Asker asker) {
        LockRules.text("name", name);
        LockRules.text("holderId", holder);
        long ttlMillis = space.rules().ttlMillis(ttl, LockRules.LEAST_TTL);
        long deadline = deadline();
        // Who is not the authority now has no lock that could be renewed.
        return ended(space.renew(space.keeper().target(), name, holder, token, ttlMillis, () -> true, asker), deadline);
    }

    private long deadline() {
        return space.clock().nanos() + space.callTimeout().toNanos();
    }

    private CompletableFuture<HolderLock> ended(CompletableFuture<Outcome> call, long deadline) {
        CompletableFuture<HolderLock> result = call.thenApply(this::told);
        space.endAt(deadline, result, refused(Refusals.unreachable("no answer within the call time-out")));
        return result;
    }

    private HolderLock told(Outcome outcome) {
        if (outcome instanceof Outcome.Granted granted) {
            LockScope scope = space.keeper().scope(granted.by());
            long held = LeaseTime.of(granted.sent(), granted.heldMillis()).leftNanos(space.clock());
            if (held <= 0) {
                return refused(Refusals.unreachable("it was granted, and the answer came when its time was over"));
            }
            return HolderLock.granted(granted.token(), scope, granted.by().name(), Duration.ofNanos(held));
        }
        if (outcome instanceof Outcome.Held held) {
            return HolderLock.refused(
                    "another holder has it", Optional.empty(), Duration.ofMillis(held.remainingMillis()));
        }
        return outcome instanceof Outcome.Refused no
                ? refused(no.why())
                : HolderLock.refused("the holder does not have it now", Optional.empty(), Duration.ZERO);
    }

    private static HolderLock refused(LockUnavailable why) {
        return HolderLock.refused(why.detail(), Optional.of(why.reason()), why.retryAfter());
    }

    /** The one to ask now has it in nearly all cases; one that was asked before may have it too. */
    CompletableFuture<Boolean> release(String name, String holder, Asker asker) {
        LockRules.text("name", name);
        LockRules.text("holderId", holder);
        return release(space.keeper().granters(), 0, name, holder, deadline(), new LinkedHashMap<>(), asker);
    }

    private CompletableFuture<Boolean> release(
            List<Granter> granters,
            int at,
            String name,
            String holder,
            long deadline,
            Map<String, Throwable> failures,
            Asker asker) {
        if (at == granters.size()) {
            return failures.isEmpty()
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(new AllBackendsFailedException(failures));
        }
        Granter granter = granters.get(at);
        long nanos = Math.min(deadline - space.clock().nanos(), granter.attemptNanos());
        if (nanos <= 0) {
            failures.put(granter.name(), BackendException.unreachable("not asked within the call time-out"));
            return release(granters, at + 1, name, holder, deadline, failures, asker);
        }
        return granter.release(
                        space.name(),
                        name,
                        holder,
                        FencingToken.NONE,
                        space.keeper().terms(),
                        nanos,
                        asker)
                .handle((reply, failure) -> {
                    if (failure != null) {
                        failures.put(granter.name(), Granter.sorted(failure));
                    }
                    return failure == null && reply.status() == LockStatus.RELEASED;
                })
                .thenCompose(released -> {
                    CompletableFuture<Boolean> others =
                            released && !space.keeper().terms().mirrored()
                                    ? CompletableFuture.completedFuture(false)
                                    : release(granters, at + 1, name, holder, deadline, failures, asker);
                    if (!released) {
                        return others;
                    }
                    space.released(name);
                    // A copy that could not be released ends by itself.
                    return others.handle((also, failure) -> true);
                });
    }
}
