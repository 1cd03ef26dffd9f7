package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import java.util.List;

/** A mutant: an authority that cannot reach its peer takes that for proof that it was not replaced. */
record Unwaiting(AuthorityRule real) implements AuthorityRule {

    @Override
    public Plan decide(List<Seen> seen) {
        Plan plan = real.decide(seen);
        boolean alone = seen.stream().anyMatch(Seen::isAway)
                && seen.stream()
                        .anyMatch(one -> one.ofThisLife()
                                .filter(Authority::isInForce)
                                .filter(record -> record.terms().mirrored())
                                .isPresent());
        return alone
                ? Changed.plan(
                        plan,
                        next -> Changed.with(
                                next, 0, next.activeUntil(), next.terms().withMirrored(false)))
                : plan;
    }
}
