package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.record.RecordKey;

/** A hint as a modelled server keeps it. */
record Note(Hint hint, int generation, long claimedUntil, boolean parked) {

    /** There is at most one for each. */
    record Place(String target, RecordKey key) {}

    Note renewed(Version version, long now) {
        return new Note(
                new Hint(hint.target(), hint.key(), version, parked ? now : hint.since(), 0),
                generation,
                claimedUntil,
                false);
    }

    Note claimed(long until) {
        return new Note(hint, generation, until, parked);
    }

    Note released() {
        return new Note(hint, generation, 0, parked);
    }

    Note retried() {
        return new Note(
                new Hint(hint.target(), hint.key(), hint.version(), hint.since(), hint.tries() + 1),
                generation,
                0,
                parked);
    }

    Note setAside() {
        return new Note(hint, generation, 0, true);
    }
}
