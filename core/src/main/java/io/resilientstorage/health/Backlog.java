package io.resilientstorage.health;

import io.resilientstorage.api.Recovery;
import java.util.Optional;

/**
 * What one backend still has to get, as this process knows it.
 *
 * @param pending how many records
 * @param parked how many hints for it are put aside
 * @param recovery its way back; empty if it lacks nothing, or cannot be reached
 */
public record Backlog(long pending, long parked, Optional<Recovery> recovery) {

    /** It lacks nothing. */
    public static final Backlog NONE = new Backlog(0, 0, Optional.empty());
}
