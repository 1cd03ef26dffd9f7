package io.resilientstorage.memory;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.record.RecordKey;

/**
 * A hint as it is kept with its record.
 *
 * @param number the place in the order of making
 * @param version what the target has to get at least
 * @param since when the oldest undelivered write was noted
 * @param tries how often delivery was refused
 * @param claimedUntil when the present claim ends
 * @param parked whether it was set aside
 */
record HintNote(long number, Version version, long since, int tries, long claimedUntil, boolean parked) {

    static HintNote first(long number, Version version, long now) {
        return new HintNote(number, version, now, 0, 0, false);
    }

    /** After a newer write of the same key: one more chance, and still as old as the oldest undelivered write. */
    HintNote renewed(Version newer) {
        return newer.isNewerThan(version) ? new HintNote(number, newer, since, 0, claimedUntil, false) : this;
    }

    HintNote claimed(long until) {
        return new HintNote(number, version, since, tries, until, parked);
    }

    /** Free to be claimed again. */
    HintNote released() {
        return new HintNote(number, version, since, tries, 0, parked);
    }

    HintNote retried() {
        return new HintNote(number, version, since, tries + 1, 0, parked);
    }

    HintNote setAside() {
        return new HintNote(number, version, since, tries, 0, true);
    }

    Hint toHint(String target, RecordKey key) {
        return new Hint(target, key, version, since, tries);
    }
}
