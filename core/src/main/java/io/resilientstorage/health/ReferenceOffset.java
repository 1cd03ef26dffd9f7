package io.resilientstorage.health;

import io.resilientstorage.api.Scope;
import io.resilientstorage.member.Member;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the reference clock on the clock of the best shared backend that was ever measured. Safe for use by several
 * threads.
 */
public final class ReferenceOffset {

    private static final Logger LOG = LoggerFactory.getLogger(ReferenceOffset.class);

    /** From here on a difference between this machine's clock and the shared one is worth a warning. */
    private static final long WARN_MILLIS = 250;

    private final List<Member> members;
    private final ReferenceClock reference;

    /** Keeps this clock on the clocks of these backends, which stand in the order of their priorities. */
    public ReferenceOffset(List<Member> members, ReferenceClock reference) {
        this.members = List.copyOf(members);
        this.reference = reference;
    }

    /** Takes the reading of a backend's clock that a probe brought. */
    void sample(Member member, long serverMillis, Duration roundTrip, long nanos) {
        member.clockOffset().sample(serverMillis, reference.localMillis(), roundTrip.toNanos(), nanos);
        members.stream()
                .filter(m -> m.traits().scope() == Scope.SHARED)
                .map(m -> m.clockOffset().millis())
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(this::use);
    }

    private void use(long offset) {
        long change = offset - reference.offsetMillis();
        if (Math.abs(change) >= WARN_MILLIS) {
            LOG.warn(
                    "The shared clock is {} ms ahead of this machine's; versions and expiry follow the shared one",
                    offset);
        }
        reference.useOffset(offset);
    }
}
