package io.resilientstorage.api;

import java.util.Objects;

/**
 * The version of a record: a hybrid logical clock reading and the random id of the write.
 *
 * <p>The order is by timestamp, then by writer, so the versions of two writes are never equal. The hybrid logical clock
 * is the one of Kulkarni, Demirbas et al., "Logical Physical Clocks and Consistent Snapshots in Globally Distributed
 * Databases" (2014).
 *
 * @param timestamp 48 bits of milliseconds since 1970, then 16 bits of counter; not negative
 * @param writer the random id of one write, 63 bits; not negative
 */
public record Version(long timestamp, long writer) implements Comparable<Version> {

    /** Older than any version that this library writes; the version of a value that another client wrote. */
    public static final Version NONE = new Version(0, 0);

    /** The length of {@link #text()}. */
    public static final int TEXT_LENGTH = 39;

    private static final int COUNTER_BITS = 16;
    private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;
    private static final int MILLIS_DIGITS = 15;
    private static final int COUNTER_DIGITS = 5;

    /** @throws IllegalArgumentException if a part is negative */
    public Version {
        if (timestamp < 0 || writer < 0) {
            throw new IllegalArgumentException("version parts must not be negative: " + timestamp + ", " + writer);
        }
    }

    /** A version from milliseconds since 1970 and a counter (0 to 65,535; more carries into the milliseconds). */
    public static Version of(long millis, int counter, long writer) {
        return new Version((millis << COUNTER_BITS) + counter, writer);
    }

    /** The milliseconds since 1970. */
    public long millis() {
        return timestamp >>> COUNTER_BITS;
    }

    /** The counter within the millisecond, 0 to 65,535. */
    public int counter() {
        return (int) (timestamp & COUNTER_MASK);
    }

    /** The smallest version of the given writer that is newer than this one. */
    public Version next(long nextWriter) {
        return new Version(timestamp + 1, nextWriter);
    }

    /** Whether this version is newer than the other. */
    public boolean isNewerThan(Version other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Version other) {
        int byTime = Long.compare(timestamp, other.timestamp);
        return byTime != 0 ? byTime : Long.compare(writer, other.writer);
    }

    /**
     * 39 decimal digits: 15 of milliseconds, 5 of counter, 19 of writer. The order of the texts is the order of the
     * versions, in every locale.
     */
    public String text() {
        return digits(millis(), MILLIS_DIGITS)
                + digits(counter(), COUNTER_DIGITS)
                + digits(writer, TEXT_LENGTH - MILLIS_DIGITS - COUNTER_DIGITS);
    }

    /**
     * Reads what {@link #text()} wrote.
     *
     * @throws IllegalArgumentException if the text is not 39 digits of a legal version
     */
    public static Version parse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.length() != TEXT_LENGTH || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("a version is " + TEXT_LENGTH + " decimal digits");
        }
        int counterAt = MILLIS_DIGITS;
        int writerAt = MILLIS_DIGITS + COUNTER_DIGITS;
        long millis = Long.parseLong(text.substring(0, counterAt));
        int counter = Integer.parseInt(text.substring(counterAt, writerAt));
        if (counter > COUNTER_MASK || millis >>> 47 != 0) {
            throw new IllegalArgumentException("a version's counter is at most 65535 and its time 47 bits: " + text);
        }
        return of(millis, counter, Long.parseLong(text.substring(writerAt)));
    }

    @Override
    public String toString() {
        return text();
    }

    private static String digits(long value, int width) {
        String plain = Long.toString(value);
        return "0".repeat(width - plain.length()) + plain;
    }
}
