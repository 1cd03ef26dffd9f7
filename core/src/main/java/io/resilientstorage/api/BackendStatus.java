package io.resilientstorage.api;

import java.util.Optional;

/**
 * How one backend is.
 *
 * @param type its kind
 * @param scope who shares what it holds
 * @param durability whether it keeps an acknowledged write through its own restart
 * @param priority lower is better
 * @param health as probes tell
 * @param circuit as the results of calls tell
 * @param sync as recovery tells
 * @param offline whether it was taken offline
 * @param consecutiveFailures how many calls have failed since the last that succeeded
 * @param pending how many records it still has to get, as far as this process knows
 * @param parked how many hints for it are put aside, because it found their records invalid
 * @param recovery its way back; empty if it lacks nothing, or cannot be reached
 * @param lastError what the last failure said, empty if it has not failed since it was last HEALTHY
 */
public record BackendStatus(
        BackendType type,
        Scope scope,
        Durability durability,
        int priority,
        Health health,
        Circuit circuit,
        Sync sync,
        boolean offline,
        int consecutiveFailures,
        long pending,
        long parked,
        Optional<Recovery> recovery,
        Optional<String> lastError) {

    /** Whether its circuit keeps calls away. */
    public boolean circuitOpen() {
        return circuit != Circuit.CLOSED;
    }
}
