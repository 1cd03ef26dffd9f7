package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;
import org.jspecify.annotations.Nullable;

/** The controls: circuits with one mistake each. */
final class BrokenCircuits {

    private BrokenCircuits() {}

    /** Credits each result to whatever state is current, as a breaker without generations does. Else it is right. */
    public static final class Crediting extends CircuitModel {

        public Crediting() {
            haveOutage();
        }

        @Override
        @Nullable
        synchronized ModelPermit acquire() {
            return super.acquire();
        }

        @Override
        synchronized void succeeded(ModelPermit permit) {
            super.succeeded(current());
        }

        @Override
        synchronized void failed(ModelPermit permit) {
            super.failed(current());
        }

        @Override
        synchronized void released(ModelPermit permit) {
            super.released(permit);
        }

        @Override
        synchronized long openings() {
            return super.openings();
        }

        @Override
        synchronized boolean probeSucceeded(long openingsBefore) {
            return super.probeSucceeded(openingsBefore);
        }

        @Override
        public synchronized void pass() {
            super.pass();
        }

        @Override
        public synchronized boolean allowsCalls() {
            return super.allowsCalls();
        }

        private ModelPermit current() {
            return new ModelPermit(stay, circuit == Circuit.HALF_OPEN);
        }
    }

    /** Looks whether a trial is out, and then notes that one is: two steps where one is needed. */
    public static final class Unlocked extends CircuitModel {
        public Unlocked() {
            haveOutage();
        }
    }
}
