package io.resilientstorage.backend;

import java.util.Objects;

/**
 * Whether a backend may grant the locks of a lock space, and from when until when. One such record stands for each lock
 * space in each backend, and is looked at in the same atomic step as each grant. All times are milliseconds since 1970
 * on the clock of the backend that keeps the record.
 *
 * @param revision counts the changes by {@link LockStore#compareAndSet}, from 1; what grants and copies change does not
 *     count
 * @param active whether this backend is the authority
 * @param epoch the epoch of the tokens that it grants, see {@link FencingToken#epoch()}; 0 if it has none
 * @param counter the counter of the next token, 0 to {@link FencingToken#COUNTERS}, which means that there is none left
 *     in this epoch. Moved by grants alone; some may be left out.
 * @param number the number of this backend in tokens, see {@link FencingToken#number()}
 * @param floor the highest epoch that was ever seen here: its own, or told by another backend. Never goes down.
 * @param grantsFrom the first moment at which it may grant
 * @param activeUntil the first moment at which it may grant no more; {@link #NO_END} for none
 * @param peerActiveUntil until when another backend may grant, as it was promised here
 * @param terms what all processes must hold alike
 * @param incarnation the life of this backend in which the record became what it is. In another one it allows nothing.
 */
public record Authority(
        long revision,
        boolean active,
        long epoch,
        int counter,
        int number,
        long floor,
        long grantsFrom,
        long activeUntil,
        long peerActiveUntil,
        LockTerms terms,
        Incarnation incarnation) {

    /** An {@link #activeUntil()} that never comes. */
    public static final long NO_END = Long.MAX_VALUE;

    /** Refuses null, numbers that do not fit, and an authority that is active without an epoch. */
    public Authority {
        Objects.requireNonNull(terms, "terms");
        Objects.requireNonNull(incarnation, "incarnation");
        if (epoch < 0 || epoch > FencingToken.MOST_EPOCH || floor < 0 || floor > FencingToken.MOST_EPOCH) {
            throw new IllegalArgumentException("no epochs: " + epoch + ", floor " + floor);
        }
        if (active && epoch == 0) {
            throw new IllegalArgumentException("an active authority has an epoch");
        }
        if (number < 0 || number >= FencingToken.NUMBERS || counter < 0 || counter > FencingToken.COUNTERS) {
            throw new IllegalArgumentException("no number and counter: " + number + ", " + counter);
        }
        if (revision < 0 || grantsFrom < 0 || activeUntil < 0 || peerActiveUntil < 0) {
            throw new IllegalArgumentException("negative: revision " + revision + ", grantsFrom " + grantsFrom
                    + ", activeUntil " + activeUntil + ", peerActiveUntil " + peerActiveUntil);
        }
    }

    /** Whether all tokens of its epoch were granted. */
    public boolean isFull() {
        return counter >= FencingToken.COUNTERS;
    }

    /**
     * Whether it may grant under its own epoch: it is active, and knows of no newer epoch than its own. One without an
     * end has no successor, so a newer epoch does not end it: that is another voter's, whose vote it is not.
     */
    public boolean isInForce() {
        return active && (floor <= epoch || activeUntil == NO_END);
    }

    /** The epoch that comes after all that were seen here, at a moment of this backend's clock. */
    public long nextEpoch(long serverMillis) {
        return Math.max(floor + 1, serverMillis - FencingToken.EPOCHS_BEGIN);
    }

    /** The same after a grant. */
    Authority afterGrant() {
        return with(counter + 1, floor);
    }

    /** The same, knowing of another epoch. */
    Authority knowing(long seen) {
        return seen <= floor ? this : with(counter, seen);
    }

    private Authority with(int nextCounter, long nextFloor) {
        return new Authority(
                revision,
                active,
                epoch,
                nextCounter,
                number,
                nextFloor,
                grantsFrom,
                activeUntil,
                peerActiveUntil,
                terms,
                incarnation);
    }
}
