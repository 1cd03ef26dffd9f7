package io.resilientstorage.execution;

import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Version;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.Set;

/** What reads and writes alike do with a member. */
final class Members {

    private Members() {}

    /** Whether the backend is this process's own, so that it answers at once. */
    static boolean isInProcess(Member member) {
        return member.traits().scope() == Scope.PROCESS;
    }

    /** What the backend's own clock will say after a time; by the shared clock if its own was never measured. */
    static long serverMillisIn(Engine engine, Member member, Duration later) {
        long now = member.clockOffset()
                .millis()
                .map(offset -> engine.reference().localMillis() + offset)
                .orElseGet(() -> engine.reference().millis());
        return now + later.toMillis() + 1;
    }

    /** The record with the life that the backend's cap allows. */
    static VersionedRecord capped(Engine engine, Member member, VersionedRecord record) {
        if (member.settings().ttlCap().isEmpty() || record.content().isTombstone()) {
            return record;
        }
        long cap =
                engine.reference().millis() + member.settings().ttlCap().get().toMillis();
        return cap < record.expiresAt() ? record.withExpiresAt(cap) : record;
    }

    /** A receipt of this member. */
    static Receipt receipt(Member member, Version version, boolean superseded) {
        return new Receipt(version, member.name(), member.traits().durability(), Set.of(), superseded);
    }
}
