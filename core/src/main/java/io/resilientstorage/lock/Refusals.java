package io.resilientstorage.lock;

import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockTerms;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why nobody may grant, in the form in which it is answered. */
final class Refusals {

    /** When it is worth to ask again after something failed: so long a backend must fail before another takes over. */
    static final Duration SOON = Duration.ofSeconds(1);

    private Refusals() {}

    static LockUnavailable unreachable(String detail) {
        return new LockUnavailable(LockRefusal.UNREACHABLE, SOON, detail);
    }

    /** Those that are away are what is missing. */
    static Plan away(List<Seen> seen) {
        List<Seen> away = seen.stream().filter(Seen::isAway).toList();
        return new Plan.Refuse(away(
                away.stream().allMatch(Seen::refuses),
                away.stream()
                        .map(one -> one.name() + ": " + one.trouble().orElse("not asked"))
                        .collect(Collectors.joining("; "))));
    }

    static LockUnavailable failed(String backend, BackendException failure) {
        return away(failure.kind() == BackendException.Kind.REFUSED, backend + ": " + failure.getMessage());
    }

    private static LockUnavailable away(boolean refuses, String detail) {
        return refuses ? new LockUnavailable(LockRefusal.UNSUPPORTED, SOON, detail) : unreachable(detail);
    }

    static LockUnavailable draining(String backend, long millis) {
        return new LockUnavailable(
                LockRefusal.DRAINING,
                Duration.ofMillis(millis),
                backend + " grants nothing until the leases that may have been granted before have run out");
    }

    static LockUnavailable inactive(String backend) {
        return new LockUnavailable(
                LockRefusal.DRAINING, SOON, backend + " may not extend what it has granted any more");
    }

    /** Empty if only the mode has changed that holds for the moment: then it is to be looked again. */
    static Optional<LockUnavailable> disagreement(String backend, LockTerms mine, LockReply reply) {
        LockTerms theirs = reply.authority().map(Authority::terms).orElse(mine);
        return theirs.agreesWith(mine) ? Optional.empty() : Optional.of(disagrees(backend, mine, theirs));
    }

    private static LockUnavailable disagrees(String backend, LockTerms mine, LockTerms theirs) {
        return new LockUnavailable(
                LockRefusal.DISAGREES,
                Duration.ofSeconds(30),
                "this process has " + told(mine) + ", and the record in " + backend + " says " + told(theirs)
                        + "; all processes must have the same locks.policy, locks.maxTtl and locks.mirrored");
    }

    private static String told(LockTerms terms) {
        return terms.policy() + " with a maxTtl of " + terms.maxTtlMillis() + " ms";
    }

    /** The plan, if other terms stand anywhere, of whichever life. */
    static Optional<Plan> disagreement(LockTerms mine, List<Seen> seen) {
        for (Seen one : seen) {
            Optional<LockTerms> theirs = one.standing().map(authority -> authority.terms());
            if (theirs.isPresent() && !theirs.get().agreesWith(mine)) {
                return Optional.of(new Plan.Refuse(disagrees(one.name(), mine, theirs.get())));
            }
        }
        return Optional.empty();
    }
}
