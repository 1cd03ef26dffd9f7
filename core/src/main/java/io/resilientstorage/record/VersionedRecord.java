package io.resilientstorage.record;

import io.resilientstorage.api.Version;
import io.resilientstorage.time.ReferenceClock;
import java.util.Objects;

/**
 * A record: key, version, value or tombstone, absolute expiry. The unit that travels between processes and backends.
 *
 * @param key the key
 * @param version the version; {@link Version#NONE} for a value that another client wrote
 * @param content a value or a tombstone
 * @param expiresAt milliseconds since 1970 at which the record ends, on the shared clock; {@link #NEVER} if it does
 *     not. A tombstone has no expiry: it is kept for the backend's tombstone life.
 */
public record VersionedRecord(RecordKey key, Version version, Content content, long expiresAt) {

    /** The expiry of a record that does not end. */
    public static final long NEVER = Long.MAX_VALUE;

    /** @throws IllegalArgumentException if the expiry is negative, or a tombstone has one */
    public VersionedRecord {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(content, "content");
        if (expiresAt < 0) {
            throw new IllegalArgumentException("expiresAt must not be negative: " + expiresAt);
        }
        if (content.isTombstone() && expiresAt != NEVER) {
            throw new IllegalArgumentException("a tombstone has no expiry");
        }
    }

    /** The tombstone of a key. */
    public static VersionedRecord ended(RecordKey key, Version version) {
        return new VersionedRecord(key, version, Content.tombstone(), NEVER);
    }

    /** The same record under another version. */
    public VersionedRecord withVersion(Version other) {
        return new VersionedRecord(key, other, content, expiresAt);
    }

    /** The same record with another end. */
    public VersionedRecord withExpiresAt(long other) {
        return new VersionedRecord(key, version, content, other);
    }

    /** Whether the record has ended. At the millisecond of its expiry it has. */
    public boolean isExpired(long nowMillis) {
        return expiresAt <= nowMillis;
    }

    /** Whether a reader would see a value at this time. */
    public boolean isLive(long nowMillis) {
        return !content.isTombstone() && !isExpired(nowMillis);
    }

    /** Whether a reader would see a value now. The clock is looked at only if the record has an end. */
    public boolean isLiveBy(ReferenceClock clock) {
        return expiresAt == NEVER ? !content.isTombstone() : isLive(clock.millis());
    }
}
