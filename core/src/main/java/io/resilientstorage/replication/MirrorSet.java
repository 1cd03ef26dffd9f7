package io.resilientstorage.replication;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.member.Member;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which backends are to have every record: all shared ones, or, where none is configured, the best one alone. What the
 * others take, they hold for these. Immutable.
 */
public final class MirrorSet {

    /** More backends than this a storage cannot have: of each pending record a bit for each is kept. */
    public static final int MOST_BACKENDS = Integer.SIZE;

    private final List<Member> members;
    private final List<Member> mirrors;
    /** The mirrors again, a bit each: asked for by every read. */
    private final long bits;
    /** By taker and mode, who still has to get a record, and their names: asked for by every write. */
    private final List<Map<WriteMode, Targets>> targets;

    private record Targets(List<Member> members, Set<String> names) {}

    /** @param members every backend by its index, in the order of priorities */
    public MirrorSet(List<Member> members) {
        this.members = List.copyOf(members);
        List<Member> shared = members.stream()
                .filter(member -> member.traits().scope() == Scope.SHARED)
                .toList();
        this.mirrors = shared.isEmpty() ? this.members.subList(0, 1) : shared;
        this.bits = mirrors.stream().mapToLong(member -> 1L << member.index()).reduce(0, (a, b) -> a | b);
        this.targets =
                this.members.stream().map(member -> targets(member.index())).toList();
    }

    /** Those that are to have every record, best first. */
    public List<Member> mirrors() {
        return mirrors;
    }

    /** The durable mirror: the best of them that is shared, durable, and tells its changes; empty if none is. */
    public Optional<Member> mirror() {
        return mirrors.stream()
                .filter(member -> member.traits().scope() == Scope.SHARED
                        && member.traits().durability() == Durability.DURABLE
                        && member.backend().changes().isPresent()
                        && member.backend().sentinels().isPresent())
                .findFirst();
    }

    /** Every backend by its index. */
    public List<Member> members() {
        return members;
    }

    /** Whether this backend is to have every record. */
    public boolean contains(int index) {
        return (bits & (1L << index)) != 0;
    }

    /** Whether what this backend has can be believed to be the newest as long as it is in sync. */
    public boolean isTrusted(int index, WriteMode mode) {
        return mode == WriteMode.ACTIVE_ONLY ? mirrors.get(0).index() == index : contains(index);
    }

    private Map<WriteMode, Targets> targets(int taker) {
        Map<WriteMode, Targets> byMode = new EnumMap<>(WriteMode.class);
        for (WriteMode mode : WriteMode.values()) {
            List<Member> lacking = mirrors.stream()
                    .filter(member -> member.index() != taker)
                    .filter(member -> mode != WriteMode.ACTIVE_ONLY || isBetter(member.index(), taker))
                    .toList();
            byMode.put(
                    mode,
                    new Targets(lacking, lacking.stream().map(Member::name).collect(toUnmodifiableSet())));
        }
        return byMode;
    }

    /** Who still has to get a record that this backend takes. */
    public List<Member> targets(int taker, WriteMode mode) {
        return of(taker, mode).members();
    }

    /** The names of those. */
    public Set<String> namesOfTargets(int taker, WriteMode mode) {
        return of(taker, mode).names();
    }

    private Targets of(int taker, WriteMode mode) {
        return Objects.requireNonNull(targets.get(taker).get(mode));
    }

    private boolean isBetter(int index, int taker) {
        return index < taker || !contains(taker);
    }

    /** Whether a backend, with the hints that it keeps, is still there when this process has ended. */
    boolean outlivesProcess(int index) {
        return members.get(index).traits().scope() != Scope.PROCESS;
    }

    /**
     * The names of those who still have to get a record that is carried from one backend to another, and would not if
     * the first were lost: what stands in the second must then name them. None if the second keeps no hints.
     */
    public Set<String> hintsOfReplay(int source, Member target) {
        if (target.backend().hints().isEmpty()) {
            return Set.of();
        }
        boolean sourceRemains = contains(source);
        return mirrors.stream()
                .filter(member -> member.index() != target.index() && !(sourceRemains && member.index() == source))
                .map(Member::name)
                .collect(toUnmodifiableSet());
    }
}
