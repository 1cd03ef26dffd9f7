package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.LockTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of two backends grants, the <em>authority</em>; the other, its <em>peer</em>, takes its place when it fails.
 *
 * <p><b>The invariant.</b> When a backend begins to grant, every lease that the other may have granted has run out.
 *
 * <ul>
 *   <li>An authority grants inside its window alone, which ends by its own clock at most {@link #WINDOW_MILLIS} after
 *       somebody last saw to it. A hung one that goes on has no time left.
 *   <li>Who extends a window writes into the peer's record first, if that can be reached. So a takeover that was
 *       planned on an older sight of the peer fails there, and the peer is seen if it has taken over.
 *   <li>A takeover drains: nothing is granted for a window, in which the former authority may still grant, and the
 *       maxTtl, in which the last of its leases runs out.
 *   <li>An authority whose window has ended may have been replaced meanwhile. If the peer's record does not rule that
 *       out (it cannot be reached, or is of another life, or gone), it drains too before it grants again.
 *   <li>What was granted in another life is not known any more, so a backend that comes back as another drains.
 *   <li>If one of the two is durable, a record stands there before any lock of the space is ever granted. So if it has
 *       none, there is nothing to wait for.
 * </ul>
 *
 * <p>It stays where it is: a former authority that comes back becomes the peer. Not covered is a process that reaches
 * only the one and another that reaches only the other, for long: two backends cannot tell that from a crash.
 *
 * @param terms what all processes must hold alike
 */
record PairRule(LockTerms terms) implements AuthorityRule {

    /** How long an authority may grant after somebody has seen to it. */
    static final long WINDOW_MILLIS = 10_000;

    private static final String TWO_IN_FORCE = "two backends granted at the same time, and one stays";

    /** A window that has less left is extended. */
    static final long FRESH_MILLIS = WINDOW_MILLIS - 2_500;

    @Override
    public Plan decide(List<Seen> seen) {
        if (seen.stream().allMatch(Seen::isAway)) {
            return Refusals.away(seen);
        }
        Optional<Plan> disagreement = Refusals.disagreement(terms, seen);
        if (disagreement.isPresent()) {
            return disagreement.get();
        }
        boolean first = !seen.get(0).isAway() && seen.get(0).inForce().isPresent();
        boolean second = !seen.get(1).isAway() && seen.get(1).inForce().isPresent();
        if (first && second) {
            return bothInForce(seen);
        }
        if (first || second) {
            return oneInForce(seen, first ? 0 : 1);
        }
        boolean anyAway = seen.get(0).isAway() || seen.get(1).isAway();
        return anyAway ? takeOver(seen, seen.get(0).isAway() ? 1 : 0) : begin(seen);
    }

    /** The newer epoch stays. If the other might still have granted, what it has granted must run out first. */
    private Plan bothInForce(List<Seen> seen) {
        int newer = seen.get(0).epoch() > seen.get(1).epoch() ? 0 : 1;
        Seen stays = seen.get(newer);
        Seen goes = seen.get(1 - newer);
        Plan.Put idle = new Successor(1 - newer, goes, terms).idle(stays.epoch(), windowEnd(goes) + MARGIN_MILLIS);
        if (goes.hasLapsed()) {
            // It grants no more, but the last of what it granted may still be held.
            long ended = goes.inForce().orElseThrow().activeUntil() + terms.maxTtlMillis() + MARGIN_MILLIS;
            return new Plan.Change(
                    goes.now() > ended
                            ? List.of(idle)
                            : List.of(drained(seen, newer, leasesEnd(stays), TWO_IN_FORCE), idle));
        }
        // First the drain: what comes to an end between the two writes must leave nothing undrained.
        return new Plan.Change(List.of(drained(seen, newer, afterWindow(stays), TWO_IN_FORCE), idle));
    }

    private Plan oneInForce(List<Seen> seen, int side) {
        Seen authority = seen.get(side);
        Seen peer = seen.get(1 - side);
        Authority standing = authority.inForce().orElseThrow();
        if (peer.isAway()) {
            if (!authority.hasLapsed()) {
                return serveOrExtend(seen, side, standing);
            }
            // It may have been replaced while it granted nothing, and the peer cannot be asked.
            return peer.longAway()
                    ? new Plan.Change(List.of(drained(
                            seen, side, afterWindow(authority), peer.name() + " is away, and may have granted locks")))
                    : Refusals.away(seen);
        }
        Optional<Plan> drain = drainForPeer(
                seen, side, authority.hasLapsed() && peer.ofThisLife().isEmpty());
        return drain.isPresent() ? drain.get() : serveOrExtend(seen, side, standing);
    }

    /**
     * The drain of an authority whose peer is seen, and may have granted meanwhile.
     *
     * @param forgotten whether the peer may have done so, and does not know it any more
     */
    Optional<Plan> drainForPeer(List<Seen> seen, int side, boolean forgotten) {
        Seen authority = seen.get(side);
        Seen peer = seen.get(1 - side);
        if (peer.epoch() > authority.epoch()) {
            return Optional.of(new Plan.Change(List.of(drained(
                    seen, side, leasesEnd(authority), peer.name() + " granted locks, and is another than it was"))));
        }
        return forgotten
                ? Optional.of(new Plan.Change(List.of(drained(
                        seen, side, leasesEnd(authority), peer.name() + " may have granted locks, and has lost them"))))
                : Optional.empty();
    }

    private Plan serveOrExtend(List<Seen> seen, int side, Authority standing) {
        Seen authority = seen.get(side);
        Seen peer = seen.get(1 - side);
        if (standing.isFull()) {
            return renewed(seen, side, standing);
        }
        boolean fresh = standing.activeUntil() - authority.now() >= FRESH_MILLIS;
        boolean peerKnows = peer.isAway() || (peer.ofThisLife().isPresent() && peer.floor() >= standing.epoch());
        if (fresh && peerKnows) {
            return new Plan.Serve(side);
        }
        List<Plan.Put> puts = new ArrayList<>();
        if (!peer.isAway()) {
            puts.add(promise(peer, 1 - side, standing.epoch()));
        }
        puts.add(new Successor(side, authority, terms).extended(standing, windowEnd(authority)));
        return new Plan.Change(puts);
    }

    /** A new epoch of the same authority: nothing has to run out. */
    private Plan renewed(List<Seen> seen, int side, Authority standing) {
        Seen authority = seen.get(side);
        Successor next = new Successor(side, authority, terms);
        long epoch = next.epoch(0, highest(seen));
        List<Plan.Put> puts = new ArrayList<>();
        if (!seen.get(1 - side).isAway()) {
            puts.add(promise(seen.get(1 - side), 1 - side, epoch));
        }
        puts.add(next.granting(
                epoch, standing.grantsFrom(), windowEnd(authority), "all tokens of its epoch were granted"));
        return new Plan.Change(puts);
    }

    private Plan takeOver(List<Seen> seen, int side) {
        Seen heir = seen.get(side);
        Seen away = seen.get(1 - side);
        if (!away.longAway()) {
            return Refusals.away(seen);
        }
        if (heir.standing().isEmpty() && !heir.durable()) {
            if (away.durable()) {
                return new Plan.Refuse(Refusals.unreachable(heir.name() + " has no record of what was granted, and "
                        + away.name() + ", which would have one, is away"));
            }
            return new Plan.Change(List.of(drained(
                    seen,
                    side,
                    heir.now() + LONGEST_DRAIN_MILLIS,
                    away.name() + " is away, and nothing tells what was granted")));
        }
        return new Plan.Change(List.of(drained(seen, side, afterWindow(heir), away.name() + " is away")));
    }

    /** Both are there, and none grants: what was granted in former lives must run out, if there can be any. */
    private Plan begin(List<Seen> seen) {
        int side = seen.get(1).epoch() > seen.get(0).epoch() ? 1 : 0;
        Seen authority = seen.get(side);
        Seen peer = seen.get(1 - side);
        boolean noRecord = authority.standing().isEmpty() && peer.standing().isEmpty();
        boolean never = noRecord && (authority.durable() || peer.durable());
        long unknown = authority.now() + LockTerms.MOST_TTL_MILLIS + MARGIN_MILLIS;
        long from = never ? authority.now() : noRecord ? unknown : leasesEnd(authority);
        String cause = never
                ? "no lock was ever granted here"
                : noRecord ? "nothing tells what was granted" : "no backend granted locks, and both are there";
        Plan.Put granting = never ? granting(seen, side, from, 0, cause) : drained(seen, side, from, cause);
        return new Plan.Change(List.of(promise(peer, 1 - side, granting.next().epoch()), granting));
    }

    /** Tells the peer that the other grants under this epoch. */
    Plan.Put promise(Seen peer, int side, long epoch) {
        return new Successor(side, peer, terms).idle(epoch, windowEnd(peer) + MARGIN_MILLIS);
    }

    /** It grants under a new epoch, after a drain. */
    Plan.Put drained(List<Seen> seen, int side, long from, String cause) {
        return granting(seen, side, Math.max(from, seen.get(side).drainsUntil()), usualDrain(), cause);
    }

    /** How far ahead of the clock all epochs are that are not known to the other. */
    long usualDrain() {
        return WINDOW_MILLIS + terms.maxTtlMillis() + 2 * MARGIN_MILLIS;
    }

    /** It grants under a new epoch. */
    Plan.Put granting(List<Seen> seen, int side, long from, long drain, String cause) {
        Seen authority = seen.get(side);
        Successor next = new Successor(side, authority, terms);
        return next.granting(next.epoch(drain, highest(seen)), from, windowEnd(authority), cause);
    }

    static long highest(List<Seen> seen) {
        return Math.max(
                Math.max(seen.get(0).floor(), seen.get(0).epoch()),
                Math.max(seen.get(1).floor(), seen.get(1).epoch()));
    }

    static long windowEnd(Seen at) {
        return at.now() + WINDOW_MILLIS;
    }

    /** When what was granted until now has run out. */
    private long leasesEnd(Seen at) {
        return at.now() + terms.maxTtlMillis() + MARGIN_MILLIS;
    }

    /** The same, if the other backend may still grant: for a window from now on, or for as long as was promised. */
    long afterWindow(Seen at) {
        long promised = at.ofThisLife().map(Authority::peerActiveUntil).orElse(0L);
        return Math.max(promised, windowEnd(at) + MARGIN_MILLIS) + terms.maxTtlMillis() + MARGIN_MILLIS;
    }
}
