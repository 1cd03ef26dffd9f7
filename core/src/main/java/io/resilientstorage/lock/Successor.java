package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockTerms;
import java.util.Optional;

/**
 * Makes the record that is to stand in the place of one that was seen.
 *
 * @param side the place of the backend
 * @param seen what was seen there
 * @param terms what all processes must hold alike
 */
record Successor(int side, Seen seen, LockTerms terms) {

    /**
     * An epoch above all that are known, and as far ahead of the clock as a drain lasts: so it is above those that are
     * not known, as long as the clocks differ by less. It is the same distance for all drains of a rule, the longest
     * too. Who drains later is then ahead of who drained earlier, of whom nothing may be known any more.
     *
     * @param drainMillis how long the rule's usual drain lasts; 0 for an epoch before which nothing is drained
     */
    long epoch(long drainMillis, long highestKnown) {
        long byClock = seen.now() + drainMillis - FencingToken.EPOCHS_BEGIN;
        return Math.max(1, Math.max(byClock, Math.max(highestKnown, seen.floor()) + 1));
    }

    /** It grants from a moment on, under a new epoch. */
    Plan.Put granting(long epoch, long grantsFrom, long activeUntil, String cause) {
        return put(
                true,
                epoch,
                epoch,
                grantsFrom,
                activeUntil,
                peerActiveUntil(),
                Optional.of(new Plan.News(cause, Math.max(0, grantsFrom - seen.now()))));
    }

    /** It grants for longer, under the epoch that stands. */
    Plan.Put extended(Authority standing, long activeUntil) {
        return put(
                true,
                standing.epoch(),
                standing.floor(),
                standing.grantsFrom(),
                activeUntil,
                standing.peerActiveUntil(),
                Optional.empty());
    }

    /**
     * It goes on to grant, under this epoch, and knows this of the other.
     *
     * @param othersUntil until when another may begin to grant, or what it has granted may last
     */
    Plan.Put goingOn(long epoch, long grantsFrom, long activeUntil, long othersUntil, Optional<Plan.News> news) {
        return put(true, epoch, epoch, grantsFrom, activeUntil, othersUntil, news);
    }

    /** It grants nothing; another does, under this epoch and at least until then. */
    Plan.Put idle(long peerEpoch, long peerActiveUntil) {
        return idle(peerEpoch, peerActiveUntil, 0, 0);
    }

    /** The same. Until then it may take the place of that other without a drain, to grant from a moment on. */
    Plan.Put idle(long peerEpoch, long peerActiveUntil, long heirFrom, long heirUntil) {
        // In another life the epoch that stands cannot be taken over, for its counter is not known.
        long epoch = seen.ofThisLife().map(Authority::epoch).orElse(0L);
        return put(
                false,
                epoch,
                Math.max(seen.floor(), peerEpoch),
                heirFrom,
                heirUntil,
                Math.max(peerActiveUntil(), peerActiveUntil),
                Optional.empty());
    }

    private long peerActiveUntil() {
        return seen.ofThisLife().map(Authority::peerActiveUntil).orElse(0L);
    }

    private Plan.Put put(
            boolean active,
            long epoch,
            long floor,
            long grantsFrom,
            long activeUntil,
            long peerActiveUntil,
            Optional<Plan.News> news) {
        Authority next = new Authority(
                seen.revision() + 1,
                active,
                epoch,
                0,
                seen.number(),
                Math.max(floor, seen.floor()),
                grantsFrom,
                activeUntil,
                peerActiveUntil,
                terms,
                seen.answer().incarnation());
        return new Plan.Put(
                side,
                seen.answer().incarnation(),
                seen.revision(),
                next,
                seen.now() + AuthorityRule.MARGIN_MILLIS,
                news);
    }
}
