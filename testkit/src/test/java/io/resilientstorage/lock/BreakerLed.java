package io.resilientstorage.lock;

import java.util.List;

/** A mutant: the first backend that this process reaches is the authority, whatever the records of the others say. */
record BreakerLed(AuthorityRule real) implements AuthorityRule {

    @Override
    public Plan decide(List<Seen> seen) {
        for (int side = 0; side < seen.size(); side++) {
            Seen one = seen.get(side);
            if (one.isAway()) {
                continue;
            }
            if (one.inForce().isPresent() && !one.hasLapsed()) {
                return new Plan.Serve(side);
            }
            Successor next = new Successor(side, one, ((PairRule) real).terms());
            return new Plan.Change(List.of(next.granting(
                    next.epoch(one.now(), one.floor()), one.now(), one.now() + PairRule.WINDOW_MILLIS, "reachable")));
        }
        return real.decide(seen);
    }
}
