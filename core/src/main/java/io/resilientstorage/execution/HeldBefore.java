package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.record.VersionedRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this process still had to bring to any backend of the keys of conditional writes, before one judged them. One
 * that judges as if that had never been has lost it, or never got it: or something newer was there, and has gone.
 */
final class HeldBefore {

    static final HeldBefore NOTHING = new HeldBefore(Map.of());

    private final Map<Integer, VersionedRecord> held;

    private HeldBefore(Map<Integer, VersionedRecord> held) {
        this.held = held;
    }

    /** @param open the places of the writes that are about to be judged */
    static HeldBefore of(Knowledge knowledge, List<Write> writes, int[] open) {
        if (knowledge.nothingHeld()) {
            return NOTHING;
        }
        Map<Integer, VersionedRecord> held = new HashMap<>();
        for (int write : open) {
            VersionedRecord record = writes.get(write).isConditional()
                    ? knowledge.held(writes.get(write).key())
                    : null;
            if (record != null) {
                held.put(write, record);
            }
        }
        return new HeldBefore(held);
    }

    /** Whether what a backend says of a write cannot be reconciled with it. */
    boolean contradicts(Engine engine, int write, Condition condition, ApplyResult taken) {
        VersionedRecord known = held.isEmpty() ? null : held.get(write);
        if (known == null) {
            return false;
        }
        if (taken.status() == ApplyStatus.CONDITION_FAILED) {
            return taken.metLive() ? isOlder(taken.version(), known) : known.isLiveBy(engine.reference());
        }
        return condition instanceof Condition.IfVersion expected
                ? isOlder(expected.version(), known)
                : known.isLiveBy(engine.reference());
    }

    /** What another client stored has no version, and is as new as anything. */
    private static boolean isOlder(Version version, VersionedRecord known) {
        return !version.equals(Version.NONE) && known.version().isNewerThan(version);
    }
}
