package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.LockTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The same as {@link PairRule}, with a mode in which the peer has a copy of every lock, and takes over without a drain.
 *
 * <p>The mode stands in the authority's record, and each request says which one it reckons with. While the record says
 * MIRRORED, a grant or a renewal counts only when the peer has answered that it has the copy. A peer that becomes the
 * authority knows an epoch that is newer than those of all copies, and refuses them: from then on the former authority
 * can grant nothing that counts.
 *
 * <p><b>The invariant.</b> The peer's record says until when it is an <em>heir</em>, that is, may be taken over without
 * a drain, and from when it may grant then. While it is one, the authority is MIRRORED or grants nothing, and every
 * lease that goes on after that moment stands at the peer as a copy.
 *
 * <pre>
 * UNMIRRORED --(both are seen)-----------------------------&gt; MIRRORED, the peer is no heir
 * MIRRORED   --(both are seen, each 3 s)-------------------&gt; MIRRORED, the peer is an heir for a window
 * MIRRORED   --(the peer is away, and nobody has seen it)--&gt; WAITING: MIRRORED, grants nothing
 * WAITING    --(the peer is seen, and has not granted)-----&gt; MIRRORED
 * WAITING    --(what the peer may have granted has run out)-&gt; UNMIRRORED, under a new epoch
 * an heir, and the authority away or another than it was  --&gt; the heir is the authority, UNMIRRORED, without a drain
 * </pre>
 *
 * <ul>
 *   <li><em>An heir is made</em> by a process that sees both, in this order: the authority's record says until when the
 *       peer may be taken over, then the peer's does. So the authority never takes the peer for harmless too early.
 *   <li>What was granted unmirrored before has no copy. So a new heir may grant only when that has run out, and when
 *       the drain of the authority would be over, if there is one.
 *   <li>A peer that came back as another has lost its copies, perhaps, and is a new heir. If it is also one that
 *       forgets, it may have been the authority meanwhile, and what it has granted must run out first.
 *   <li><em>Leaving the mode without the peer.</em> The peer may have been taken over since it was last seen, and have
 *       granted, before it failed in its turn. So it is waited for as long as an UNMIRRORED takeover drains. One that
 *       comes back before that, and shows that it has not granted, ends the wait at once.
 *   <li>One process that cannot reach the peer does not end the mode for those that can: only a promise that nobody has
 *       renewed for some seconds lets the wait begin.
 *   <li>A peer that forgets has copies for an authority that forgets too, and for no other: at each of its restarts the
 *       authority would have to wait, and it is the one that restarts.
 * </ul>
 *
 * @param pair the rule for all else; its terms are those of the mode UNMIRRORED
 */
record MirroredRule(PairRule pair) implements AuthorityRule {

    /** The authority knows that the peer may be taken over until then, clocks and a late look included. */
    private static final long PROMISE_MILLIS = PairRule.WINDOW_MILLIS + 2 * MARGIN_MILLIS;

    /** A promise that has less left was not renewed for two looks of any process that sees both. */
    private static final long STALE_MILLIS = PairRule.WINDOW_MILLIS / 2;

    private LockTerms mirrored() {
        return pair.terms().withMirrored(true);
    }

    @Override
    public Plan decide(List<Seen> seen) {
        if (seen.stream().allMatch(Seen::isAway)
                || Refusals.disagreement(pair.terms(), seen).isPresent()) {
            return pair.decide(seen);
        }
        boolean first = !seen.get(0).isAway() && seen.get(0).inForce().isPresent();
        boolean second = !seen.get(1).isAway() && seen.get(1).inForce().isPresent();
        Plan plan = first && second
                ? bothInForce(seen)
                : first || second ? oneInForce(seen, first ? 0 : 1) : noneInForce(seen);
        return plan instanceof Plan.Change change ? disinherited(change, seen) : plan;
    }

    /**
     * One that is MIRRORED has granted nothing without a copy since before the newer one took over, for to become so it
     * must see the other idle.
     */
    private Plan bothInForce(List<Seen> seen) {
        int older = seen.get(0).epoch() > seen.get(1).epoch() ? 1 : 0;
        Seen goes = seen.get(older);
        return isMirrored(goes.inForce().orElseThrow())
                ? new Plan.Change(
                        List.of(pair.promise(goes, older, seen.get(1 - older).epoch())))
                : pair.decide(seen);
    }

    private Plan noneInForce(List<Seen> seen) {
        for (int side = 0; side < seen.size(); side++) {
            Seen heir = seen.get(side);
            Seen other = seen.get(1 - side);
            boolean gone = !other.isAway() || other.longAway();
            // The record may be written for as long as the margin after it was looked at.
            if (!heir.isAway() && gone && heir.heirUntil() > heir.now() + MARGIN_MILLIS) {
                long from = Math.max(heir.now(), heir.standing().orElseThrow().heirFrom());
                String cause = other.name() + (other.isAway() ? " is away" : " is another than it was") + ", and "
                        + heir.name() + " has copies of what it granted";
                // Not ahead of the clock: the next drain, of whoever knows nothing of this, makes a higher epoch.
                return new Plan.Change(List.of(pair.granting(seen, side, from, 0, cause)));
            }
        }
        return pair.decide(seen);
    }

    private Plan oneInForce(List<Seen> seen, int side) {
        Authority standing = seen.get(side).inForce().orElseThrow();
        Seen peer = seen.get(1 - side);
        if (!isMirrored(standing)) {
            return unmirrored(seen, side, standing);
        }
        return peer.isAway() ? alone(seen, side, standing) : together(seen, side, standing);
    }

    private Plan unmirrored(List<Seen> seen, int side, Authority standing) {
        Seen authority = seen.get(side);
        Seen peer = seen.get(1 - side);
        boolean forgotten =
                !peer.isAway() && authority.hasLapsed() && peer.ofThisLife().isEmpty();
        boolean mirrors = peer.durable() || !authority.durable();
        if (peer.isAway()
                || !mirrors
                || pair.drainForPeer(seen, side, forgotten).isPresent()) {
            return pair.decide(seen);
        }
        return new Plan.Change(List.of(
                noHeir(seen, 1 - side, standing),
                mirroring(seen, side, standing, standing.grantsFrom(), standing.peerActiveUntil(), Optional.empty())));
    }

    /** MIRRORED, and both are seen. */
    private Plan together(List<Seen> seen, int side, Authority standing) {
        Seen authority = seen.get(side);
        Seen peer = seen.get(1 - side);
        // One that forgets nothing shows in its record of another life too whether it has granted.
        boolean forgotten = peer.ofThisLife().isEmpty() && !peer.durable();
        Optional<Plan> drain = pair.drainForPeer(seen, side, forgotten);
        if (drain.isPresent()) {
            return drain.get();
        }
        if (isWaiting(standing)) {
            Plan.News news = new Plan.News(peer.name() + " is back, and has not granted locks", 0);
            return new Plan.Change(List.of(mirroring(
                    seen, side, standing, authority.now(), authority.now() + PROMISE_MILLIS, Optional.of(news))));
        }
        Optional<Authority> idle =
                peer.ofThisLife().filter(record -> !record.active()).filter(MirroredRule::isMirrored);
        if (idle.isEmpty()) {
            return new Plan.Change(List.of(noHeir(seen, 1 - side, standing)));
        }
        if (standing.isFull() || peer.floor() > standing.epoch()) {
            return newEpoch(seen, side, standing, idle.get());
        }
        boolean fresh = standing.activeUntil() - authority.now() >= PairRule.FRESH_MILLIS
                && peer.heirUntil() - peer.now() >= PairRule.FRESH_MILLIS
                && peer.floor() >= standing.epoch();
        return fresh ? new Plan.Serve(side) : extended(seen, side, standing, idle.get());
    }

    private Plan extended(List<Seen> seen, int side, Authority standing, Authority idle) {
        Seen authority = seen.get(side);
        Seen peer = seen.get(1 - side);
        long uncopied = Math.max(pair.terms().maxTtlMillis(), standing.grantsFrom() - authority.now());
        long from = idle.heirUntil() > 0 ? idle.heirFrom() : peer.now() + uncopied + 2 * MARGIN_MILLIS;
        return new Plan.Change(List.of(
                mirroring(
                        seen,
                        side,
                        standing,
                        standing.grantsFrom(),
                        authority.now() + PROMISE_MILLIS,
                        Optional.empty()),
                idle(seen, 1 - side, standing.epoch(), from, PairRule.windowEnd(peer))));
    }

    /** Of the same authority: nothing has to run out, and the heir stays one. */
    private Plan newEpoch(List<Seen> seen, int side, Authority standing, Authority idle) {
        Successor next = new Successor(side, seen.get(side), mirrored());
        long epoch = next.epoch(0, PairRule.highest(seen));
        Plan.News news = new Plan.News("all tokens of its epoch were granted, or a newer one is known", 0);
        return new Plan.Change(List.of(
                idle(seen, 1 - side, epoch, idle.heirFrom(), idle.heirUntil()),
                next.goingOn(
                        epoch,
                        standing.grantsFrom(),
                        PairRule.windowEnd(seen.get(side)),
                        notWaiting(standing.grantsFrom(), standing.peerActiveUntil()),
                        Optional.of(news))));
    }

    /** MIRRORED, and the peer is away: nothing is granted that counts, whatever is done here. */
    private Plan alone(List<Seen> seen, int side, Authority standing) {
        Seen authority = seen.get(side);
        Seen peer = seen.get(1 - side);
        if (!peer.longAway()) {
            return authority.hasLapsed() ? Refusals.away(seen) : new Plan.Serve(side);
        }
        if (isWaiting(standing)) {
            return waiting(seen, side, standing);
        }
        return authority.hasLapsed() || isStale(authority, standing)
                ? waitForPeer(seen, side, standing)
                : new Plan.Serve(side);
    }

    /** It was seen to until the wait was over: nobody has taken its place by then, but while it was seen by nobody. */
    private Plan waiting(List<Seen> seen, int side, Authority standing) {
        Seen authority = seen.get(side);
        long until = standing.grantsFrom();
        boolean toTheEnd = standing.activeUntil() == until;
        if (toTheEnd && authority.now() >= until && authority.now() < until + PairRule.WINDOW_MILLIS) {
            String cause = seen.get(1 - side).name() + " is away, and what it may have granted has run out";
            return new Plan.Change(List.of(pair.drained(seen, side, authority.now(), cause)));
        }
        if (authority.hasLapsed()) {
            return waitForPeer(seen, side, standing);
        }
        boolean fresh = toTheEnd || standing.activeUntil() - authority.now() >= PairRule.FRESH_MILLIS;
        return fresh
                ? new Plan.Serve(side)
                : new Plan.Change(List.of(waitingUntil(seen, side, standing, until, Optional.empty())));
    }

    private Plan waitForPeer(List<Seen> seen, int side, Authority standing) {
        Seen authority = seen.get(side);
        String cause = seen.get(1 - side).name() + " is away, and may have granted locks";
        long until = pair.afterWindow(authority);
        if (!isWaiting(standing) && standing.grantsFrom() > authority.now()) {
            // It waits for something else too, and who comes back must not end that.
            return new Plan.Change(List.of(pair.drained(seen, side, until, cause)));
        }
        Plan.News news = new Plan.News(cause, until - authority.now());
        return new Plan.Change(List.of(waitingUntil(seen, side, standing, until, Optional.of(news))));
    }

    /** Its window ends with the wait: what it would grant MIRRORED then could be extended by the same owner later. */
    private Plan.Put waitingUntil(List<Seen> seen, int side, Authority standing, long until, Optional<Plan.News> news) {
        Seen authority = seen.get(side);
        long activeUntil = Math.min(until, PairRule.windowEnd(authority));
        return new Successor(side, authority, mirrored()).goingOn(standing.epoch(), until, activeUntil, until, news);
    }

    private static boolean isStale(Seen authority, Authority standing) {
        return standing.peerActiveUntil() - authority.now() < STALE_MILLIS;
    }

    private static boolean isMirrored(Authority record) {
        return record.terms().mirrored();
    }

    /** It waits for what its peer may have granted, and for nothing else: that is how its record says so. */
    private static boolean isWaiting(Authority mirrored) {
        return mirrored.grantsFrom() == mirrored.peerActiveUntil();
    }

    /** The same moment, or the next one where it would say that. Another may always be trusted for longer. */
    private static long notWaiting(long grantsFrom, long othersUntil) {
        return othersUntil == grantsFrom ? othersUntil + 1 : othersUntil;
    }

    private Plan.Put mirroring(
            List<Seen> seen,
            int side,
            Authority standing,
            long grantsFrom,
            long othersUntil,
            Optional<Plan.News> news) {
        Seen authority = seen.get(side);
        long activeUntil = PairRule.windowEnd(authority);
        return new Successor(side, authority, mirrored())
                .goingOn(standing.epoch(), grantsFrom, activeUntil, notWaiting(grantsFrom, othersUntil), news);
    }

    private Plan.Put noHeir(List<Seen> seen, int side, Authority standing) {
        return idle(seen, side, standing.epoch(), 0, 0);
    }

    private Plan.Put idle(List<Seen> seen, int side, long epoch, long heirFrom, long heirUntil) {
        Seen peer = seen.get(side);
        return new Successor(side, peer, mirrored())
                .idle(epoch, PairRule.windowEnd(peer) + MARGIN_MILLIS, heirFrom, heirUntil);
    }

    /** Before an authority may grant UNMIRRORED, an heir that is seen is none any more. */
    private Plan disinherited(Plan.Change plan, List<Seen> seen) {
        List<Plan.Put> puts = new ArrayList<>();
        for (Plan.Put put : plan.puts()) {
            int other = 1 - put.side();
            Seen heir = seen.get(other);
            boolean alone = put.next().active()
                    && !isMirrored(put.next())
                    && plan.puts().stream().noneMatch(any -> any.side() == other);
            if (alone && !heir.isAway() && heir.heirUntil() > heir.now()) {
                puts.add(pair.promise(heir, other, put.next().epoch()));
            }
            puts.add(put);
        }
        return new Plan.Change(puts);
    }
}
