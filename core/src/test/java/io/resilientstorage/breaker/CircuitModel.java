package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;
import org.jspecify.annotations.Nullable;

/** What a circuit does, said for one thread: opens at the second failure in a row, and one trial decides. */
public class CircuitModel extends CircuitOperations<CircuitModel.ModelPermit> {

    static final int THRESHOLD = 2;

    /** A permit of the given stay in a state. */
    record ModelPermit(int stay, boolean trial) {}

    Circuit circuit = Circuit.CLOSED;
    int stay;
    private int failures;
    private long openings;
    private boolean delayOver;
    private boolean trialOut;

    @Override
    @Nullable
    ModelPermit acquire() {
        if (circuit == Circuit.OPEN && delayOver) {
            become(Circuit.HALF_OPEN);
        }
        if (circuit == Circuit.CLOSED) {
            return new ModelPermit(stay, false);
        }
        if (circuit == Circuit.OPEN || trialOut) {
            return null;
        }
        trialOut = true;
        return new ModelPermit(stay, true);
    }

    @Override
    boolean isTrial(ModelPermit permit) {
        return permit.trial;
    }

    @Override
    void succeeded(ModelPermit permit) {
        if (permit.stay == stay) {
            failures = 0;
            if (permit.trial) {
                become(Circuit.CLOSED);
            }
        }
    }

    @Override
    void failed(ModelPermit permit) {
        if (permit.stay == stay) {
            failures++;
            if (permit.trial || failures >= THRESHOLD) {
                become(Circuit.OPEN);
            }
        }
    }

    @Override
    void released(ModelPermit permit) {
        if (permit.stay == stay) {
            trialOut = false;
        }
    }

    @Override
    long openings() {
        return openings;
    }

    @Override
    boolean probeSucceeded(long openingsBefore) {
        if (circuit == Circuit.CLOSED || openings != openingsBefore) {
            return false;
        }
        failures = 0;
        become(Circuit.CLOSED);
        return true;
    }

    @Override
    public void pass() {
        delayOver = true;
    }

    @Override
    public boolean allowsCalls() {
        return circuit == Circuit.CLOSED;
    }

    private void become(Circuit next) {
        circuit = next;
        openings += next == Circuit.OPEN ? 1 : 0;
        stay++;
        delayOver = false;
        trialOut = false;
    }

    /** After an outage, when the next to ask gets a trial. */
    public static final class Opened extends CircuitModel {
        public Opened() {
            haveOutage();
        }
    }
}
