package io.resilientstorage.backend;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.Optional;

/**
 * The one rule by which every backend decides about a record: apply it only if it is newer. A pure function; adapters
 * that lock the stored record while they decide call it, and those that decide inside the server (Lua) are tested
 * against it.
 *
 * @param kind where the record comes from
 * @param notAfter the not-after time of the request
 * @param mostBehind by how many milliseconds a DIRECT record may be older than what stands
 * @param nowMillis the backend's own clock
 * @param tombstoneLife how long the backend keeps tombstones and the versions of expired records
 */
public record ApplyRule(ApplyKind kind, long notAfter, long mostBehind, long nowMillis, Duration tombstoneLife) {

    /** The rule for a request that came at a time. */
    public static ApplyRule of(ApplyRequest request, long nowMillis, Duration tombstoneLife) {
        return new ApplyRule(request.kind(), request.notAfter(), request.mostBehind(), nowMillis, tombstoneLife);
    }

    /**
     * What is to be done with one change.
     *
     * @param result the result to be returned
     * @param store what to store, empty to leave all as it is. It may be expired already: then it stands for its
     *     version alone.
     */
    public record Verdict(ApplyResult result, Optional<VersionedRecord> store) {}

    /**
     * By how many milliseconds what stands may be ahead of the clock of who decides, and the clock be one to tell by
     * what came late. It is more than clocks and versions are apart as a rule. Who allows that much, in
     * {@link ApplyRequest#mostBehind}, is raised above what is ahead too.
     */
    public static final long TRUSTED_AHEAD_MILLIS = 1_000;

    /**
     * Decides.
     *
     * @param change the change
     * @param stored what stands under its key: a live record, an expired one, a tombstone, or nothing
     */
    public Verdict decide(Change change, Optional<VersionedRecord> stored) {
        VersionedRecord offered = change.record();
        Version standing = stored.map(VersionedRecord::version).orElse(Version.NONE);
        boolean live = stored.isPresent() && stored.get().isLive(nowMillis);
        if (nowMillis > notAfter) {
            return leave(ApplyStatus.LATE, standing, live);
        }
        if (offered.version().millis() > nowMillis + HybridClock.MAX_AHEAD_MILLIS) {
            return leave(ApplyStatus.AHEAD, standing, live);
        }
        if (!holds(change.condition(), standing, live)) {
            return leave(ApplyStatus.CONDITION_FAILED, standing, live);
        }
        if (kind == ApplyKind.DIRECT && isFarBehind(change, standing)) {
            return leave(ApplyStatus.BEHIND, standing, live);
        }
        if (kind == ApplyKind.DIRECT) {
            Version assigned = offered.version().isNewerThan(standing)
                    ? offered.version()
                    : standing.next(offered.version().writer());
            return store(offered.withVersion(assigned), live);
        }
        if (stored.isEmpty()) {
            boolean tooOld =
                    kind == ApplyKind.REPLAY && offered.version().millis() < nowMillis - tombstoneLife.toMillis();
            return tooOld ? leave(ApplyStatus.TOO_OLD, standing, false) : store(offered, false);
        }
        return beats(offered, stored.get()) ? store(offered, live) : leave(ApplyStatus.SUPERSEDED, standing, live);
    }

    /**
     * Who names the version to be replaced knows what stands. A version that nobody can propose a newer one for yet, as
     * it is {@link ApplyStatus#AHEAD} itself, can only be written over.
     *
     * <p>Where what stands is ahead of this clock, how far the offered one is behind it says nothing: versions that are
     * ahead count, and their time stands still. Nor does this clock say what is in time, if it is so because it was set
     * back.
     */
    private boolean isFarBehind(Change change, Version standing) {
        Version offered = change.record().version();
        long ahead = standing.millis() - nowMillis;
        boolean cannotTell = ahead > TRUSTED_AHEAD_MILLIS && mostBehind < TRUSTED_AHEAD_MILLIS;
        return !(change.condition() instanceof Condition.IfVersion)
                && !offered.isNewerThan(standing)
                && ahead <= HybridClock.MAX_AHEAD_MILLIS
                && (cannotTell || standing.millis() - offered.millis() > mostBehind);
    }

    private static boolean holds(Condition condition, Version standing, boolean live) {
        if (condition instanceof Condition.IfAbsent) {
            return !live;
        }
        return !(condition instanceof Condition.IfVersion wanted)
                || (live && wanted.version().equals(standing));
    }

    /**
     * Newer wins. Of equal versions the tombstone wins, then the earlier expiry; the same record again changes nothing.
     */
    private static boolean beats(VersionedRecord offered, VersionedRecord standing) {
        int order = offered.version().compareTo(standing.version());
        if (order != 0) {
            return order > 0;
        }
        if (offered.content().isTombstone() || standing.content().isTombstone()) {
            return !standing.content().isTombstone();
        }
        return offered.expiresAt() < standing.expiresAt();
    }

    private static Verdict leave(ApplyStatus status, Version standing, boolean live) {
        return new Verdict(new ApplyResult(status, standing, live), Optional.empty());
    }

    private static Verdict store(VersionedRecord record, boolean live) {
        return new Verdict(new ApplyResult(ApplyStatus.APPLIED, record.version(), live), Optional.of(record));
    }
}
