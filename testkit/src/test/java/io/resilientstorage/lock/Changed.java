package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import java.util.function.UnaryOperator;

/** Plans of mutants. */
final class Changed {

    private Changed() {}

    /** The same plan with other records. */
    static Plan plan(Plan plan, UnaryOperator<Authority> change) {
        return plan instanceof Plan.Change real
                ? new Plan.Change(real.puts().stream()
                        .map(put -> new Plan.Put(
                                put.side(), put.life(), put.revision(), change.apply(put.next()), put.news()))
                        .toList())
                : plan;
    }
}
