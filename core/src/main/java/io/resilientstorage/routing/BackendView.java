package io.resilientstorage.routing;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;

/**
 * What a strategy sees of one backend.
 *
 * @param name its name
 * @param priority lower is better
 * @param scope who shares what it holds
 * @param health as probes tell
 * @param circuit as the results of calls tell
 * @param sync as recovery tells
 * @param online whether it was not taken offline
 * @param readyForFailback whether it has been healthy for the failback delay
 */
public record BackendView(
        String name,
        int priority,
        Scope scope,
        Health health,
        Circuit circuit,
        Sync sync,
        boolean online,
        boolean readyForFailback) {

    /** Whether writes may go to it. */
    public boolean isRoutable() {
        return online && circuit == Circuit.CLOSED && health != Health.UNHEALTHY;
    }

    /** Whether reads may go to it as to one that has every acknowledged write. */
    public boolean isRoutableForReads() {
        return isRoutable() && sync == Sync.IN_SYNC;
    }
}
