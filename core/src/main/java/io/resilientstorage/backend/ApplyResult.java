package io.resilientstorage.backend;

import io.resilientstorage.api.Version;
import java.util.Objects;

/**
 * What became of one record.
 *
 * @param status what became of it
 * @param version the version that stands now: the assigned one if it was applied, else that of what it met;
 *     {@link Version#NONE} if it met nothing, or a value of another client
 * @param metLive whether there was a live record in the moment before
 */
public record ApplyResult(ApplyStatus status, Version version, boolean metLive) {

    /** Refuses null. */
    public ApplyResult {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(version, "version");
    }
}
