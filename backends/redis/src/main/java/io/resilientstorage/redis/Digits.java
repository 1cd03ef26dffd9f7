package io.resilientstorage.redis;

/** Decimal numbers of a fixed width. */
final class Digits {

    private static final long NO_NUMBER = -1;

    private Digits() {}

    /** Writes a number that is not negative, with zeros before it. It must fit. */
    static void write(long number, byte[] to, int from, int end) {
        long rest = number;
        for (int i = end - 1; i >= from; i--) {
            to[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Reads at most 19 digits; negative if they are not all digits, or are more than a long holds. */
    static long read(byte[] bytes, int from, int end) {
        long number = 0;
        for (int i = from; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return NO_NUMBER;
            }
            // 19 digits are less than 2^64: what is more than a long holds has become negative.
            number = number * 10 + digit;
        }
        return number;
    }
}
