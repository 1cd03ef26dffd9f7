package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import java.util.List;

/** A mutant: who takes over grants at once. */
record Undrained(AuthorityRule real) implements AuthorityRule {

    @Override
    public Plan decide(List<Seen> seen) {
        return Changed.plan(
                real.decide(seen),
                next -> new Authority(
                        next.revision(),
                        next.active(),
                        next.epoch(),
                        next.counter(),
                        next.number(),
                        next.floor(),
                        0,
                        next.activeUntil(),
                        next.peerActiveUntil(),
                        next.terms(),
                        next.incarnation()));
    }
}
