package io.resilientstorage.member;

import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.breaker.CircuitBreaker;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ClockOffset;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
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
        OpenedBackend backend,
        BackendTraits traits,
        Optional<ImmediateReads> immediateReads,
        CircuitBreaker breaker,
        ClockOffset clockOffset,
        long slowNanos) {

    /** The key generation of all requests. There is only this one; a backend is never rebuilt under another. */
    public static final int GENERATION = 0;

    /** What its own clock will say after a time; by the shared clock if its own was never measured. */
    public long serverMillisIn(ReferenceClock reference, Duration later) {
        long now = clockOffset
                .millis()
                .map(offset -> reference.localMillis() + offset)
                .orElseGet(reference::millis);
        return now + later.toMillis() + 1;
    }

    /** The record with the life that its cap allows. */
    public VersionedRecord capped(ReferenceClock reference, VersionedRecord record) {
        if (settings.ttlCap().isEmpty() || record.content().isTombstone()) {
            return record;
        }
        long cap = reference.millis() + settings.ttlCap().get().toMillis();
        return cap < record.expiresAt() ? record.withExpiresAt(cap) : record;
    }

    /** Its name. */
    public String name() {
        return settings.name();
    }
}
