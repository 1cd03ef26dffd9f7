package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import java.util.List;

/** A mutant: an authority may grant for as long as it likes. */
record EndlessWindows(AuthorityRule real) implements AuthorityRule {

    @Override
    public Plan decide(List<Seen> seen) {
        return Changed.plan(
                real.decide(seen),
                next -> Changed.with(
                        next, next.grantsFrom(), next.active() ? Authority.NO_END : next.activeUntil(), next.terms()));
    }
}
