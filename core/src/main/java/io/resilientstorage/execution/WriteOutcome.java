package io.resilientstorage.execution;

import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import java.util.Optional;
import java.util.Set;

/** What became of one write. */
sealed interface WriteOutcome {

    /** Whether the condition, if there was one, was judged where all processes judge it. */
    boolean exact();

    /** It is stored. */
    record Stored(Receipt receipt, boolean metLive, boolean exact) implements WriteOutcome {

        /** The same for some backends that still have to get it. */
        Stored withPending(Set<String> pending) {
            Receipt changed = new Receipt(
                    receipt.version(), receipt.backend(), receipt.durability(), pending, receipt.superseded());
            return new Stored(changed, metLive, exact);
        }
    }

    /** The condition did not hold. */
    record NotApplied(Optional<Version> current, String backend, boolean exact) implements WriteOutcome {}
}
