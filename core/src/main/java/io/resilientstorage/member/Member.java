package io.resilientstorage.member;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.breaker.CircuitBreaker;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.time.ClockOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One configured backend with what belongs to it alone. Safe for use by several threads.
 *
 * @param index its place in the order of priorities, by which snapshots name it
 * @param settings what the user said of it
 * @param backend the backend
 * @param traits what kind of backend it is, asked once
 * @param breaker its circuit breaker
 * @param clockOffset its clock against this process's
 * @param incarnation the life of the backend that was seen last
 */
public record Member(
        int index,
        BackendSettings settings,
        Backend backend,
        BackendTraits traits,
        CircuitBreaker breaker,
        ClockOffset clockOffset,
        AtomicReference<Incarnation> incarnation) {

    /** Stands for the incarnation until the first one is seen. */
    public static final Incarnation NOT_SEEN = new Incarnation("");

    /** Its name. */
    public String name() {
        return settings.name();
    }

    /**
     * Notes the incarnation of a reply.
     *
     * @return the former one, if this is another
     */
    public Optional<Incarnation> see(Incarnation seen) {
        Incarnation known = Objects.requireNonNull(incarnation.get());
        if (known.equals(seen) || !incarnation.compareAndSet(known, seen) || known.equals(NOT_SEEN)) {
            return Optional.empty();
        }
        return Optional.of(known);
    }
}
