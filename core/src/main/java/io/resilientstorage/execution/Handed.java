package io.resilientstorage.execution;

import io.resilientstorage.member.Member;
import io.resilientstorage.replication.Delivery;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one candidate has taken of a write, and is on its way to the others.
 *
 * @param targets who is to get it
 * @param places the places of the writes that were taken
 * @param delivery who has got it
 * @param before what was taken before that
 */
record Handed(
        List<Member> targets,
        List<Integer> places,
        Delivery delivery,
        @Nullable Handed before) {

    /** Who has not got it yet. */
    Set<String> pending() {
        return targets.stream()
                .filter(target -> !delivery.has(target.index()))
                .map(Member::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
