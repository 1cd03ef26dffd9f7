package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Each of several backends votes, and more than half of the votes make a holder. A voter has its record for good.
 *
 * <p><b>The invariant.</b> Two sets of more than half have a voter in common, and that one gives its vote to one owner
 * at a time. So a voter that does not know any more whom it has voted for votes again only
 *
 * <ul>
 *   <li>when the leases that it may have helped to grant have run out, as under {@link SingleRule},
 *   <li>and once the highest epoch that is known to so many others was copied to it that one of them was there at each
 *       grant in which this voter had a part. Tokens grow from grant to grant by that epoch; see {@link Quorum}.
 * </ul>
 *
 * <p>If a voter is durable, its record stands before any other begins. So if no durable one has a record, nothing was
 * ever granted.
 *
 * <p>Epochs of different voters differ: each has those that are its number modulo their greatest number.
 *
 * @param terms what all processes must hold alike
 */
record MajorityRule(LockTerms terms) implements AuthorityRule {

    /** How many of so many are more than half. */
    static int majority(int voters) {
        return voters / 2 + 1;
    }

    @Override
    public Plan decide(List<Seen> seen) {
        int needed = majority(seen.size());
        if (seen.stream().filter(one -> !one.isAway()).count() < needed) {
            return Refusals.away(seen);
        }
        Optional<Plan> disagreement = Refusals.disagreement(terms, seen);
        if (disagreement.isPresent()) {
            return disagreement.get();
        }
        List<Plan.Put> puts = beginners(seen);
        return puts.isEmpty() ? served(seen, needed) : new Plan.Change(puts);
    }

    private static Plan served(List<Seen> seen, int needed) {
        List<Long> drains = seen.stream()
                .filter(one -> !one.isAway() && one.inForce().isPresent())
                .map(one -> Math.max(0, one.inForce().orElseThrow().grantsFrom() - one.now()))
                .sorted()
                .toList();
        if (drains.size() < needed) {
            return seen.stream().anyMatch(Seen::isAway)
                    ? Refusals.away(seen)
                    : new Plan.Refuse(Refusals.unreachable("too few of the voters may vote"));
        }
        long wait = drains.get(needed - 1);
        return wait == 0
                ? new Plan.Serve(0)
                : new Plan.Refuse(Refusals.draining(drains.size() + " of " + seen.size() + " voters", wait));
    }

    /** The records of those that have none in force, the durable ones first. */
    private List<Plan.Put> beginners(List<Seen> seen) {
        boolean never = seen.stream().anyMatch(Seen::durable)
                && seen.stream().allMatch(one -> !one.isAway() && one.standing().isEmpty());
        List<Plan.Put> durable = new ArrayList<>();
        List<Plan.Put> others = new ArrayList<>();
        for (int side = 0; side < seen.size(); side++) {
            Seen one = seen.get(side);
            if (!one.isAway()) {
                begin(seen, side, never).ifPresent((one.durable() ? durable : others)::add);
            }
        }
        durable.addAll(others);
        return durable;
    }

    private Optional<Plan.Put> begin(List<Seen> seen, int side, boolean never) {
        Seen one = seen.get(side);
        if (one.inForce().isPresent()) {
            Authority standing = one.inForce().get();
            return standing.isFull()
                    ? Optional.of(voting(seen, side, standing.grantsFrom(), 0, "all tokens of its epoch were granted"))
                    : Optional.empty();
        }
        if (never || (one.durable() && one.standing().isEmpty())) {
            return Optional.of(voting(seen, side, one.now(), 0, "it has never voted"));
        }
        long othersThere = seen.stream().filter(other -> !other.isAway()).count() - 1;
        if (othersThere < seen.size() - majority(seen.size()) + 1) {
            return Optional.empty();
        }
        long drain = terms.maxTtlMillis() + MARGIN_MILLIS;
        boolean known = one.standing().isPresent();
        return Optional.of(voting(
                seen,
                side,
                one.now() + (known ? drain : LockTerms.MOST_TTL_MILLIS + MARGIN_MILLIS),
                drain,
                known ? "it is another than it was when it voted" : "it has no record of its votes"));
    }

    private Plan.Put voting(List<Seen> seen, int side, long from, long drain, String cause) {
        Seen one = seen.get(side);
        Successor next = new Successor(side, one, terms);
        long highest = seen.stream()
                .filter(any -> !any.isAway())
                .mapToLong(Seen::floor)
                .max()
                .orElse(0);
        long epoch = own(one.number(), next.epoch(drain, highest));
        return next.granting(epoch, Math.max(from, one.drainsUntil()), Authority.NO_END, cause);
    }

    /** The first epoch from this one on that is the voter's own. */
    static long own(int number, long epoch) {
        return epoch + Math.floorMod(number - epoch, (long) FencingToken.NUMBERS);
    }
}
