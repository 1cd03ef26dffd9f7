package io.resilientstorage.record;

import io.resilientstorage.api.Version;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.ReferenceClock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the versions of one process: a hybrid logical clock over the {@link ReferenceClock}.
 *
 * <p>Each version it makes is newer than every version that it made or was shown before, with one exception: when the
 * shared clock turns out to be more than {@link #MAX_AHEAD_MILLIS} behind what this process took it for, it goes back
 * with it. Every backend would refuse its versions until the time they name. Safe for use by several threads, without
 * locks.
 *
 * <p>Each version has a random writer id of its own. A backend may store a write under a later version than was
 * proposed, and the answer may be lost: with one id for all, the next write could propose that very version for another
 * value.
 */
public final class HybridClock {

    /**
     * A version that is further ahead of the shared clock than this is refused by every backend, and never moves this
     * clock.
     */
    public static final long MAX_AHEAD_MILLIS = 300_000;

    private final ReferenceClock reference;
    private final Randomness randomness;
    private final AtomicLong last = new AtomicLong();

    /** A clock whose writer ids, of 63 bits, come from this source. */
    public HybridClock(ReferenceClock reference, Randomness randomness) {
        this.reference = reference;
        this.randomness = randomness;
    }

    /** A new version, newer than all before. */
    public Version next() {
        long millis = reference.millis();
        long physical = Version.of(millis, 0, 0).timestamp();
        long refused = Version.of(millis + MAX_AHEAD_MILLIS + 1, 0, 0).timestamp();
        return new Version(
                last.updateAndGet(previous -> previous + 1 >= refused ? physical : Math.max(previous + 1, physical)),
                Math.max(1, randomness.nextLong() >>> 1));
    }

    /**
     * A new version that is also newer than this one, which was seen, however far ahead that is.
     *
     * @param meanwhile how many versions others may make, from the one that was seen on, and this one still be newer;
     *     65,536 of them take a millisecond of the clock that is ahead
     */
    public Version nextAfter(Version seen, int meanwhile) {
        Version beyond = new Version(seen.timestamp() + meanwhile, seen.writer());
        observe(beyond);
        Version next = next();
        return next.isNewerThan(beyond) ? next : beyond.next(next.writer());
    }

    /** Moves the clock past a version that was seen, unless that one is too far ahead to be believed. */
    public void observe(Version seen) {
        long timestamp = seen.timestamp();
        if (timestamp > last.get() && seen.millis() <= reference.millis() + MAX_AHEAD_MILLIS) {
            last.accumulateAndGet(timestamp, Math::max);
        }
    }
}
