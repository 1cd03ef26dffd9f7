package io.resilientstorage.backend;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.RecordKey;

/**
 * A durable note that a backend still has to get a record. There is at most one for each target and key: that of the
 * newest version.
 *
 * @param target the name of the backend that has to get it
 * @param key the record's key
 * @param version the version that the target has to get at least
 * @param since milliseconds since 1970, on the clock of the backend that keeps the hint, at which the oldest
 *     undelivered write was noted
 * @param tries how often delivery was refused as invalid
 */
public record Hint(String target, RecordKey key, Version version, long since, int tries) {}
