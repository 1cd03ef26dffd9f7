package io.resilientstorage.lock;

import io.resilientstorage.backend.LockTerms;
import java.util.List;

/** Decides which backend may grant the locks of a space. A pure function of what was seen of the backends. */
interface AuthorityRule {

    /** What the clocks of machines may differ by in the time of a lease and a window, rounding included. */
    long MARGIN_MILLIS = 1_000;

    /** The longest that a rule lets pass before it grants: when nothing tells what was granted, and until when. */
    long LONGEST_DRAIN_MILLIS = PairRule.WINDOW_MILLIS + LockTerms.MOST_TTL_MILLIS + 2 * MARGIN_MILLIS;

    /**
     * Decides.
     *
     * @param seen the backends, in the order of their places
     */
    Plan decide(List<Seen> seen);
}
