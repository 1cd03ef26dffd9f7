package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import java.util.List;

/** A mutant: who was once ready to take over at once stays so. */
record EternalHeirs(AuthorityRule real) implements AuthorityRule {

    @Override
    public Plan decide(List<Seen> seen) {
        return Changed.plan(
                real.decide(seen),
                next -> Changed.with(
                        next,
                        next.grantsFrom(),
                        next.heirUntil() > 0 ? Authority.NO_END : next.activeUntil(),
                        next.terms()));
    }
}
