package io.resilientstorage.jdbc;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A row of the records.
 *
 * @param record the record. Its value is empty if the row was read without it.
 * @param format the format of the value
 * @param position the commit position, which tells one state of the row from every other
 */
record StoredRow(VersionedRecord record, int format, long position) {

    /** The format of the values that this library writes: the bytes of the value, as they are. */
    static final int FORMAT = 1;

    /** The columns that {@link #read} wants, the value left out. */
    static final String COLUMNS =
            "r.version_time, r.version_writer, r.format, r.expires_at, r.position, r.value is null as tombstone";

    private static final byte[] NOT_READ = {};

    /** Whether this version of the library can read it. */
    boolean isReadable() {
        return format <= FORMAT;
    }

    /** What a reader sees of it. */
    ReadAnswer answer(long nowMillis) {
        if (!isReadable()) {
            return new ReadAnswer.Unreadable("format " + format + ", and this version knows " + FORMAT + " at most");
        }
        return record.isLive(nowMillis) ? new ReadAnswer.Hit(record) : new ReadAnswer.Miss(record.version());
    }

    /** Reads a row that has {@link #COLUMNS}, and {@code value} if wanted; empty if they are null (an outer join). */
    static Optional<StoredRow> read(ResultSet row, RecordKey key, boolean withValue) throws SQLException {
        long versionTime = row.getLong("version_time");
        if (row.wasNull()) {
            return Optional.empty();
        }
        boolean tombstone = row.getBoolean("tombstone");
        byte[] value = withValue && !tombstone ? row.getBytes("value") : NOT_READ;
        Content content = tombstone ? Content.tombstone() : Content.value(value == null ? NOT_READ : value);
        VersionedRecord record = new VersionedRecord(
                key,
                new Version(versionTime, row.getLong("version_writer")),
                content,
                tombstone ? VersionedRecord.NEVER : row.getLong("expires_at"));
        return Optional.of(new StoredRow(record, row.getInt("format"), row.getLong("position")));
    }
}
