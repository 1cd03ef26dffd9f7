package io.resilientstorage.member;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.breaker.CircuitBreaker;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.time.ClockOffset;
import java.util.Optional;

/**
 * One configured backend with what belongs to it alone. Safe for use by several threads.
 *
 * @param index its place in the order of priorities, by which snapshots name it
 * @param settings what the user said of it
 * @param backend the backend, which takes no calls before it is open
 * @param traits what kind of backend it is, asked once
 * @param immediateReads its reads that wait for nothing, asked for once
 * @param breaker its circuit breaker
 * @param clockOffset its clock against this process's
 * @param slowNanos from how many nanoseconds on an answer of it is slow; never, where slowness counts for nothing
 */
public record Member(
        int index,
        BackendSettings settings,
        Backend backend,
        BackendTraits traits,
        Optional<ImmediateReads> immediateReads,
        CircuitBreaker breaker,
        ClockOffset clockOffset,
        long slowNanos) {

    /** Its name. */
    public String name() {
        return settings.name();
    }
}
