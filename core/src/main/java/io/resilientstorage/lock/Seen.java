package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import java.util.Optional;

/**
 * What a process has just seen of one backend's authority record.
 *
 * @param name the backend's name
 * @param number its number in tokens
 * @param durable whether what it has is never lost
 * @param reply what it said; empty if it could not be reached
 * @param longAway whether it has failed for so long that its place may be taken
 * @param refuses whether that is because it refuses, and not because it does not answer
 * @param trouble what went wrong, for people
 */
record Seen(
        String name,
        int number,
        boolean durable,
        Optional<AuthorityReply> reply,
        boolean longAway,
        boolean refuses,
        Optional<String> trouble) {

    boolean isAway() {
        return reply.isEmpty();
    }

    AuthorityReply answer() {
        return reply.orElseThrow();
    }

    /** The record that stands, of whichever life. */
    Optional<Authority> standing() {
        return reply.flatMap(AuthorityReply::authority);
    }

    /** The record, if it was written in the life that the backend has now. */
    Optional<Authority> ofThisLife() {
        return standing().filter(authority -> authority.incarnation().equals(answer().incarnation()));
    }

    /** The record, if it may grant, be its time over or not. */
    Optional<Authority> inForce() {
        return ofThisLife().filter(Authority::isInForce);
    }

    /** Until when its place may be taken without a drain; 0 for never. */
    long heirUntil() {
        return ofThisLife().map(Authority::heirUntil).orElse(0L);
    }

    /** Whether it is certain to grant nothing any more that it might grant by its record alone. */
    boolean hasLapsed() {
        return inForce().map(authority -> now() >= authority.activeUntil()).orElse(true);
    }

    /**
     * Until when what stands lets nothing be granted. That goes on in another life too, for it waits for leases that
     * were granted before both. What lies further ahead than any drain tells of a clock that was set back, and of
     * nothing else.
     */
    long drainsUntil() {
        long until = standing().map(Authority::grantsFrom).orElse(0L);
        return ofThisLife().isPresent() || until - now() <= AuthorityRule.LONGEST_DRAIN_MILLIS ? until : 0;
    }

    long now() {
        return answer().serverMillis();
    }

    long revision() {
        return standing().map(Authority::revision).orElse(0L);
    }

    /** The highest epoch that it knows of; 0 if it knows none. */
    long floor() {
        return standing().map(Authority::floor).orElse(0L);
    }

    /** The epoch that it granted under last; 0 if it never did. */
    long epoch() {
        return standing().map(Authority::epoch).orElse(0L);
    }
}
