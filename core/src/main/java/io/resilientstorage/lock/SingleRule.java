package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.LockTerms;
import java.util.List;
import java.util.Optional;

/**
 * One backend grants, for good. What it has granted in another life is not known any more, so it grants nothing until
 * all of that has run out: for the maxTtl of the record, or, if even the record is gone, for the longest that any
 * record may say. A durable backend that has no record never had one.
 *
 * @param terms what all processes must hold alike
 * @param quarantined whether it is to be waited for at all
 */
record SingleRule(LockTerms terms, boolean quarantined) implements AuthorityRule {

    @Override
    public Plan decide(List<Seen> seen) {
        Seen only = seen.get(0);
        if (only.isAway()) {
            return Refusals.away(seen);
        }
        Optional<Plan> disagreement = Refusals.disagreement(terms, seen);
        return disagreement.orElseGet(
                () -> only.inForce().map(authority -> inForce(only, authority)).orElseGet(() -> begin(only)));
    }

    private Plan inForce(Seen only, Authority authority) {
        return authority.isFull()
                ? granting(only, authority.grantsFrom(), 0, "all tokens of its epoch were granted")
                : new Plan.Serve(0);
    }

    private Plan begin(Seen only) {
        boolean another = only.standing().isPresent();
        String cause = another ? "it is another than it was when it granted locks" : "no lock was ever granted here";
        if (!quarantined || (!another && only.durable())) {
            return granting(only, only.now(), 0, cause);
        }
        long drain = terms.maxTtlMillis() + MARGIN_MILLIS;
        return another
                ? granting(only, only.now() + drain, drain, cause)
                : granting(
                        only,
                        only.now() + LockTerms.MOST_TTL_MILLIS + MARGIN_MILLIS,
                        drain,
                        "it has no record of what it has granted");
    }

    private Plan granting(Seen only, long grantsFrom, long drain, String cause) {
        long from = Math.max(grantsFrom, only.drainsUntil());
        Successor next = new Successor(0, only, terms);
        return new Plan.Change(List.of(next.granting(next.epoch(drain, only.floor()), from, Authority.NO_END, cause)));
    }
}
