package io.resilientstorage.execution;

import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Version;
import io.resilientstorage.member.Member;
import java.util.Set;

/** What reads and writes alike do with a member. */
final class Members {

    private Members() {}

    /** Whether the backend is this process's own, so that it answers at once. */
    static boolean isInProcess(Member member) {
        return member.traits().scope() == Scope.PROCESS;
    }

    /** A receipt of this member. */
    static Receipt receipt(Member member, Version version, boolean superseded) {
        return new Receipt(version, member.name(), member.traits().durability(), Set.of(), superseded);
    }
}
