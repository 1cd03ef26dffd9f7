package io.resilientstorage.breaker;

/** The permit of one trial in HALF_OPEN. Whether it was returned is known by its generation, under the lock. */
final class Trial implements Permit {

    final HalfOpen generation;
    private final long deadlineNanos;

    Trial(HalfOpen generation, long deadlineNanos) {
        this.generation = generation;
        this.deadlineNanos = deadlineNanos;
    }

    /** What is left of its life, zero or less when it has expired. */
    long leftNanos(long now) {
        return deadlineNanos - now;
    }

    @Override
    public void successAfterNanos(long elapsedNanos) {
        generation.succeeded(this, elapsedNanos);
    }

    @Override
    public void failure(Throwable failure) {
        generation.failed(this, failure);
    }

    @Override
    public void release() {
        generation.released(this);
    }

    @Override
    public String toString() {
        return "Permit[HALF_OPEN]";
    }
}
