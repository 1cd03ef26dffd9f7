package io.resilientstorage.execution;

import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;
import io.resilientstorage.member.Member;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.time.Time;
import java.util.ArrayList;
import java.util.List;

/**
 * What hedged reads of one storage share: how long each backend's answers take, and how many more requests are paid
 * for. Safe for use by several threads.
 */
final class Hedging {

    /** An answer that has not come after the time in which so many of the recent ones came is late. */
    static final double QUANTILE = 0.95;

    /** Sooner than this no second backend is asked: the request would cost more than it could save. */
    static final long LEAST_NANOS = 1_000_000;

    private final List<LatencyRecord> latencies = new ArrayList<>();
    private final HedgeBudget budget = new HedgeBudget();

    Hedging(List<Member> members, Time time) {
        long now = time.clock().nanos();
        members.forEach(member -> latencies.add(new LatencyRecord(QUANTILE, now)));
    }

    HedgeBudget budget() {
        return budget;
    }

    LatencyRecord latency(int index) {
        return latencies.get(index);
    }

    /** After how long the answer of a backend is late; {@link LatencyRecord#UNKNOWN} if that is not known. */
    long delayNanos(int index) {
        return Math.max(LEAST_NANOS, latencies.get(index).lateNanos());
    }

    /**
     * The place of the candidate that is as good as the first, -1 if there is none. Both must be shared, routable, in
     * sync, without a cap on lifetimes, and have every write: then an answer of either means the same.
     */
    static int second(List<Member> members, Snapshot snapshot, int[] candidates) {
        if (candidates.length < 2 || !isTrusted(members, snapshot, candidates[0])) {
            return -1;
        }
        for (int place = 1; place < candidates.length; place++) {
            if (isTrusted(members, snapshot, candidates[place])) {
                return place;
            }
        }
        return -1;
    }

    /** Whether an answer of this backend is the last word. */
    static boolean isTrusted(List<Member> members, Snapshot snapshot, int index) {
        BackendState state = snapshot.backend(index);
        Member member = members.get(index);
        return member.traits().scope() == Scope.SHARED
                && member.settings().ttlCap().isEmpty()
                && state.isRoutable()
                && state.sync() == Sync.IN_SYNC;
    }
}
