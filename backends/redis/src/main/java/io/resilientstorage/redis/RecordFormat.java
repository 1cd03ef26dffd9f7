package io.resilientstorage.redis;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a record stands in a Redis value: a header of {@value #HEADER_LENGTH} bytes, then the value's bytes.
 *
 * <pre>
 *  0  magic: NUL r s
 *  3  format: 1
 *  4  flag: V a value, T a tombstone, X an expired value of which only the version is kept
 *  5  version: 39 digits
 * 44  expiry: 19 digits, milliseconds since 1970
 * </pre>
 *
 * <p>The script {@code apply.lua} knows this layout too. All is fixed-width digits: Lua numbers are doubles.
 */
final class RecordFormat {

    static final int HEADER_LENGTH = 63;

    private static final byte[] MAGIC = {0, 'r', 's'};
    private static final char FORMAT = '1';
    private static final int FORMAT_AT = 3;
    private static final int FLAG_AT = 4;
    private static final int VERSION_AT = 5;
    private static final int MILLIS_DIGITS = 15;
    private static final int COUNTER_DIGITS = 5;
    private static final int COUNTER_AT = VERSION_AT + MILLIS_DIGITS;
    private static final int WRITER_AT = COUNTER_AT + COUNTER_DIGITS;
    private static final int EXPIRY_AT = VERSION_AT + Version.TEXT_LENGTH;
    private static final long MOST_MILLIS = (1L << 47) - 1;
    private static final long MOST_COUNTER = 65_535;
    private static final byte[] NO_BYTES = {};
    private static final char VALUE = 'V';
    private static final char TOMBSTONE = 'T';
    private static final char EXPIRED = 'X';
    private static final ReadAnswer DAMAGED = new ReadAnswer.Unreadable("a record whose header is damaged");

    private RecordFormat() {}

    /** The bytes of a record. */
    static byte[] encode(VersionedRecord record) {
        byte[] value = record.content() instanceof Content.Value content ? content.bytes() : NO_BYTES;
        byte[] stored = new byte[HEADER_LENGTH + value.length];
        System.arraycopy(MAGIC, 0, stored, 0, MAGIC.length);
        stored[FORMAT_AT] = FORMAT;
        stored[FLAG_AT] = (byte) (record.content().isTombstone() ? TOMBSTONE : VALUE);
        Version version = record.version();
        Digits.write(version.millis(), stored, VERSION_AT, COUNTER_AT);
        Digits.write(version.counter(), stored, COUNTER_AT, WRITER_AT);
        Digits.write(version.writer(), stored, WRITER_AT, EXPIRY_AT);
        Digits.write(record.expiresAt(), stored, EXPIRY_AT, HEADER_LENGTH);
        System.arraycopy(value, 0, stored, HEADER_LENGTH, value.length);
        return stored;
    }

    /** Whether another client wrote these bytes. */
    static boolean isForeign(byte[] stored) {
        return stored.length < MAGIC.length || !Arrays.equals(stored, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** What the bytes say, if they are not {@linkplain #isForeign foreign}. */
    static ReadAnswer decode(RecordKey key, byte[] stored) {
        if (stored.length > FORMAT_AT && stored[FORMAT_AT] != FORMAT) {
            return new ReadAnswer.Unreadable("a record of format " + (char) (stored[FORMAT_AT] & 0x7f)
                    + ", of which this version of the library knows nothing");
        }
        if (!isWhole(stored)) {
            return DAMAGED;
        }
        Version version = version(stored, VERSION_AT);
        long expiresAt = Digits.read(stored, EXPIRY_AT, HEADER_LENGTH);
        if (version == null || expiresAt < 0) {
            return DAMAGED;
        }
        if (stored[FLAG_AT] != VALUE) {
            return new ReadAnswer.Miss(version);
        }
        Content value = Content.value(Arrays.copyOfRange(stored, HEADER_LENGTH, stored.length));
        return new ReadAnswer.Hit(new VersionedRecord(key, version, value, expiresAt));
    }

    /** The version whose {@link Version#text()} stands at a place; null if none does. */
    static @Nullable Version version(byte[] bytes, int at) {
        int counterAt = at + MILLIS_DIGITS;
        int writerAt = counterAt + COUNTER_DIGITS;
        long millis = Digits.read(bytes, at, counterAt);
        long counter = Digits.read(bytes, counterAt, writerAt);
        long writer = Digits.read(bytes, writerAt, at + Version.TEXT_LENGTH);
        boolean legal = millis <= MOST_MILLIS && counter <= MOST_COUNTER && millis >= 0 && counter >= 0 && writer >= 0;
        return legal ? Version.of(millis, (int) counter, writer) : null;
    }

    private static boolean isWhole(byte[] stored) {
        if (stored.length < HEADER_LENGTH) {
            return false;
        }
        byte flag = stored[FLAG_AT];
        return flag == VALUE || flag == TOMBSTONE || flag == EXPIRED;
    }
}
