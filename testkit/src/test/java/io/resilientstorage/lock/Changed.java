package io.resilientstorage.lock;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.LockTerms;
import java.util.function.UnaryOperator;

/** Plans of mutants. */
final class Changed {

    private Changed() {}

    /** The same plan with other records. */
    static Plan plan(Plan plan, UnaryOperator<Authority> change) {
        return plan instanceof Plan.Change real
                ? new Plan.Change(real.puts().stream()
                        .map(put -> new Plan.Put(
                                put.side(),
                                put.life(),
                                put.revision(),
                                change.apply(put.next()),
                                put.notAfter(),
                                put.news()))
                        .toList())
                : plan;
    }

    /** The same plan, which may be carried out at any time. */
    static Plan whenever(Plan plan) {
        return plan instanceof Plan.Change real
                ? new Plan.Change(real.puts().stream()
                        .map(put -> new Plan.Put(
                                put.side(), put.life(), put.revision(), put.next(), ApplyRequest.NO_LIMIT, put.news()))
                        .toList())
                : plan;
    }

    /** The same record with other times and terms. */
    static Authority with(Authority a, long grantsFrom, long activeUntil, LockTerms terms) {
        return new Authority(
                a.revision(),
                a.active(),
                a.epoch(),
                a.counter(),
                a.number(),
                a.floor(),
                grantsFrom,
                activeUntil,
                a.peerActiveUntil(),
                terms,
                a.incarnation());
    }
}
