package io.resilientstorage.execution;

import io.resilientstorage.member.Member;
import io.resilientstorage.state.Snapshot;

/**
 * How long one attempt of a call may take, so that one that hangs leaves time for those after it. A pure function.
 *
 * <p>Each candidate has its own time-out as long as all of those that may still be asked fit into what is left of the
 * call's time. Where they do not, each gets the part of it that its time-out is of all of them.
 */
final class TimeShare {

    private TimeShare() {}

    /**
     * The time of an attempt, in nanoseconds.
     *
     * @param left what is left of the call's time
     * @param own the candidate's own time-out
     * @param later the time-outs of the candidates after it, together
     */
    static long nanos(long left, long own, long later) {
        if (own + later <= left) {
            return own;
        }
        return (long) (left * ((double) own / (own + later)));
    }

    /**
     * The time of the attempt at this place of the candidates. Those in this process answer at once and need none.
     * Those that are not routable take nothing from those that are; but once it is their turn, one that hangs must
     * leave time for the next, which may be better than it seemed.
     */
    static long nanos(Engine engine, Snapshot snapshot, int[] candidates, int at, long left) {
        boolean routable = snapshot.backend(candidates[at]).isRoutable();
        long later = 0;
        for (int place = at + 1; place < candidates.length; place++) {
            Member member = engine.members().get(candidates[place]);
            boolean counts = !routable || snapshot.backend(candidates[place]).isRoutable();
            if (counts && !Members.isInProcess(member)) {
                later += timeout(member);
            }
        }
        return nanos(left, timeout(engine.members().get(candidates[at])), later);
    }

    private static long timeout(Member member) {
        return member.settings().attemptTimeout().toNanos();
    }
}
