package io.resilientstorage.lock;

import java.util.List;

/** A mutant: who extends a window does not write to the peer first, and what was planned may be done at any time. */
record Unpromised(AuthorityRule real) implements AuthorityRule {

    @Override
    public Plan decide(List<Seen> seen) {
        Plan plan = real.decide(seen);
        boolean extension = plan instanceof Plan.Change change
                && change.puts().size() == 2
                && change.puts().stream().allMatch(put -> put.news().isEmpty());
        boolean known = seen.stream().allMatch(one -> one.ofThisLife().isPresent());
        return Changed.whenever(
                extension && known ? new Plan.Change(((Plan.Change) plan).puts().subList(1, 2)) : plan);
    }
}
