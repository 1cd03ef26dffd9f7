package io.resilientstorage.lock;

import java.util.List;

/** Decides which backend may grant the locks of a space. A pure function of what was seen of the backends. */
interface AuthorityRule {

    /** What the clocks of machines may differ by in the time of a lease and a window, rounding included. */
    long MARGIN_MILLIS = 1_000;

    /**
     * Decides.
     *
     * @param seen the backends, in the order of their places
     */
    Plan decide(List<Seen> seen);
}
