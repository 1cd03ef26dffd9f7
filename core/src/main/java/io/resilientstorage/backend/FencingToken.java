package io.resilientstorage.backend;

/**
 * The parts of a fencing token, which is a number of 63 bits: the later the epoch, the larger; inside an epoch, the
 * later the grant, the larger.
 *
 * @param epoch milliseconds since the beginning of 2020 UTC, 0 to {@link #MOST_EPOCH}
 * @param number the number of the backend that grants, 0 to 7
 * @param counter the place among the grants of the epoch, 0 to {@link #COUNTERS} - 1
 */
public record FencingToken(long epoch, int number, int counter) {

    /** No token. No grant has it. */
    public static final long NONE = 0;

    /** 2020-01-01T00:00:00Z, in milliseconds since 1970. */
    public static final long EPOCHS_BEGIN = 1_577_836_800_000L;

    /** The last epoch: 42 bits. */
    public static final long MOST_EPOCH = (1L << 42) - 1;

    /** How many backends can be told apart: 3 bits. */
    public static final int NUMBERS = 1 << 3;

    /** How many tokens an epoch has: 18 bits. */
    public static final int COUNTERS = 1 << 18;

    /** Refuses what does not fit. */
    public FencingToken {
        if (epoch < 0 || epoch > MOST_EPOCH || number < 0 || number >= NUMBERS || counter < 0 || counter >= COUNTERS) {
            throw new IllegalArgumentException(
                    "no parts of a token: epoch " + epoch + ", number " + number + ", counter " + counter);
        }
    }

    /**
     * The parts of a token.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public static FencingToken of(long token) {
        return new FencingToken(token >> 21, (int) (token >> 18) & (NUMBERS - 1), (int) token & (COUNTERS - 1));
    }

    /** The token. */
    public long value() {
        return epoch << 21 | (long) number << 18 | counter;
    }
}
