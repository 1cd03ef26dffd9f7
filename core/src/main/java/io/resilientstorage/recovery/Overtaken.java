package io.resilientstorage.recovery;

/** A run of recovery was overtaken by another. */
final class Overtaken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Overtaken() {
        super("another recovery has begun", null, false, false);
    }
}
