package io.resilientstorage.api;

/**
 * One compare-and-set of a batch.
 *
 * @param expected the version that must stand
 * @param value the value to store then
 * @param <V> the type of the value
 */
public record Swap<V>(Version expected, V value) {

    /** Never tells the value. */
    @Override
    public String toString() {
        return "Swap[expected=" + expected + "]";
    }
}
