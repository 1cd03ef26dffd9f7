package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;

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
    private static final int EXPIRY_AT = VERSION_AT + Version.TEXT_LENGTH;
    private static final char VALUE = 'V';
    private static final char TOMBSTONE = 'T';
    private static final char EXPIRED = 'X';
    private static final ReadAnswer DAMAGED = new ReadAnswer.Unreadable("a record whose header is damaged");

    private RecordFormat() {}

    /** The bytes of a record. */
    static byte[] encode(VersionedRecord record) {
        byte[] value = record.content() instanceof Content.Value content ? content.bytes() : new byte[0];
        String expiry = Long.toString(record.expiresAt());
        char flag = record.content().isTombstone() ? TOMBSTONE : VALUE;
        String rest = FORMAT + "" + flag + record.version().text()
                + "0".repeat(HEADER_LENGTH - EXPIRY_AT - expiry.length()) + expiry;
        return ByteBuffer.allocate(HEADER_LENGTH + value.length)
                .put(MAGIC)
                .put(rest.getBytes(US_ASCII))
                .put(value)
                .array();
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
        try {
            return whole(key, stored);
        } catch (IllegalArgumentException digitsOutOfRange) {
            return DAMAGED;
        }
    }

    private static ReadAnswer whole(RecordKey key, byte[] stored) {
        Version version = Version.parse(text(stored, VERSION_AT, EXPIRY_AT));
        long expiresAt = Long.parseLong(text(stored, EXPIRY_AT, HEADER_LENGTH));
        if (stored[FLAG_AT] != VALUE) {
            return new ReadAnswer.Miss(version);
        }
        Content value = Content.value(Arrays.copyOfRange(stored, HEADER_LENGTH, stored.length));
        return new ReadAnswer.Hit(new VersionedRecord(key, version, value, expiresAt));
    }

    private static boolean isWhole(byte[] stored) {
        if (stored.length < HEADER_LENGTH) {
            return false;
        }
        for (int i = VERSION_AT; i < HEADER_LENGTH; i++) {
            if (stored[i] < '0' || stored[i] > '9') {
                return false;
            }
        }
        byte flag = stored[FLAG_AT];
        return flag == VALUE || flag == TOMBSTONE || flag == EXPIRED;
    }

    private static String text(byte[] stored, int from, int to) {
        return new String(stored, from, to - from, US_ASCII);
    }
}
