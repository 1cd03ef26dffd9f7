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
                ? granting(only, authority.grantsFrom(), "all tokens of its epoch were granted")
                : new Plan.Serve(0);
    }

    private Plan begin(Seen only) {
        if (only.standing().isPresent()) {
            long from = quarantined ? only.now() + terms.maxTtlMillis() + MARGIN_MILLIS : only.now();
            return granting(only, from, "it is another than it was when it granted locks");
        }
        return only.durable() || !quarantined
                ? granting(only, only.now(), "no lock was ever granted here")
                : granting(
                        only,
                        only.now() + LockTerms.MOST_TTL_MILLIS + MARGIN_MILLIS,
                        "it has no record of what it has granted");
    }

    private Plan granting(Seen only, long grantsFrom, String cause) {
        long from = Math.max(grantsFrom, draining(only));
        Successor next = new Successor(0, only, terms);
        return new Plan.Change(List.of(next.granting(next.epoch(from, only.floor()), from, Authority.NO_END, cause)));
    }

    /**
     * Until when what stands lets nothing be granted: that goes on, in another life too. One that goes back to the same
     * snapshot twice would else grant twice under the epoch that follows the one that stands in it. What lies further
     * ahead than any quarantine tells of a clock that was set back, and of nothing else.
     */
    private static long draining(Seen only) {
        long until = only.standing().map(Authority::grantsFrom).orElse(0L);
        boolean ofThisLife = only.ofThisLife().isPresent();
        return ofThisLife || until - only.now() <= LockTerms.MOST_TTL_MILLIS + MARGIN_MILLIS ? until : 0;
    }
}
