package io.resilientstorage.breaker;

/** The one permit of a CLOSED generation. It has no state of its own, so any number of callers can hold it. */
final class SharedPermit implements Permit {

    private final Closed generation;

    SharedPermit(Closed generation) {
        this.generation = generation;
    }

    @Override
    public void successAfterNanos(long elapsedNanos) {
        generation.succeeded(elapsedNanos);
    }

    @Override
    public void failure(Throwable failure) {
        generation.failed(failure);
    }

    @Override
    public void release() {
        // Nothing is held, so there is nothing to give back.
    }

    @Override
    public String toString() {
        return "Permit[CLOSED]";
    }
}
