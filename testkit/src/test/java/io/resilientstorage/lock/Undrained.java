package io.resilientstorage.lock;

import java.util.List;

/** A mutant: who takes over grants at once. */
record Undrained(AuthorityRule real) implements AuthorityRule {

    @Override
    public Plan decide(List<Seen> seen) {
        return Changed.plan(real.decide(seen), next -> Changed.with(next, 0, next.activeUntil(), next.terms()));
    }
}
