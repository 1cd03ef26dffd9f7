package io.resilientstorage.recovery;

import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;

/**
 * Tells, for each backend, whether it has been well for the failback delay. The only writer of
 * {@link BackendState#readyForFailback()}.
 *
 * <p>It looks after every change of state and, while a better backend than the active one is well, at intervals. A flap
 * is a failover away from a backend that had become active by failback a short time before; each doubles that backend's
 * delay, and a long calm undoes them.
 */
public final class FailbackWatch {

    private static final Duration LONGEST_LOOK = Duration.ofMillis(500);

    private final StateKeeper keeper;
    private final IntUnaryOperator goodProbes;
    private final FailbackRule rule;
    private final Time time;
    private final Clock clock;
    private final Duration look;
    private final ReentrantLock lock = new ReentrantLock();
    private final Track[] tracks;
    private int lastActive;
    private boolean waiting;
    private boolean stopped;

    /** What is known of one backend; guarded by the lock. */
    private static final class Track {
        private boolean well;
        private long wellSince;
        private long activeSince;
        private boolean cameByFailback;
        private int flaps;
        private boolean forced;
    }

    /**
     * A watch that does nothing until {@link #start()}.
     *
     * @param goodProbes how many probes in a row were good, of the backend of an index
     */
    public FailbackWatch(StateKeeper keeper, IntUnaryOperator goodProbes, Time time, StorageSettings settings) {
        this.keeper = keeper;
        this.goodProbes = goodProbes;
        this.rule = new FailbackRule(settings.get(Settings.FAILBACK_DELAY));
        this.time = time;
        this.clock = time.clock();
        Duration tenth = rule.delay().dividedBy(10).plusMillis(1);
        this.look = tenth.compareTo(LONGEST_LOOK) < 0 ? tenth : LONGEST_LOOK;
        this.tracks = new Track[keeper.current().backends().size()];
        for (int i = 0; i < tracks.length; i++) {
            tracks[i] = new Track();
        }
    }

    /** Begins to watch. */
    public void start() {
        lastActive = keeper.current().active().orElse(-1);
        keeper.observe(this::look);
        look();
    }

    /** Lets every backend that is well become active now. */
    public void force() {
        lock.lock();
        try {
            for (Track track : tracks) {
                track.forced = true;
            }
        } finally {
            lock.unlock();
        }
        look();
    }

    /** Watches no more. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    private void look() {
        boolean[] ready = new boolean[tracks.length];
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            // Under the lock: of two looks the later one must not see the older snapshot, and take that for a flap.
            Snapshot snapshot = keeper.current();
            long now = clock.nanos();
            noteFlap(snapshot, now);
            boolean undecided = false;
            for (int i = 0; i < tracks.length; i++) {
                ready[i] = isReady(i, snapshot, now);
                undecided |= tracks[i].well && !ready[i];
            }
            if (undecided && !waiting) {
                waiting = true;
                time.timers().schedule(look, this::lookAgain);
            }
        } finally {
            lock.unlock();
        }
        for (int i = 0; i < ready.length; i++) {
            keeper.readyForFailback(i, ready[i]);
        }
    }

    private void lookAgain() {
        lock.lock();
        try {
            waiting = false;
        } finally {
            lock.unlock();
        }
        look();
    }

    /** Under the lock. */
    private boolean isReady(int index, Snapshot snapshot, long now) {
        Track track = tracks[index];
        BackendState state = snapshot.backend(index);
        boolean well = state.isWell() && state.online();
        if (!well) {
            track.well = false;
            track.forced = false;
            return false;
        }
        if (!track.well) {
            track.well = true;
            track.wellSince = now;
        }
        int good = goodProbes.applyAsInt(index);
        return track.forced || rule.isReady(Duration.ofNanos(now - track.wellSince), good, track.flaps);
    }

    /** Under the lock. */
    private void noteFlap(Snapshot snapshot, long now) {
        int active = snapshot.active().orElse(-1);
        if (active == lastActive) {
            return;
        }
        boolean upwards = active >= 0 && (lastActive < 0 || active < lastActive);
        if (!upwards) {
            Track left = tracks[lastActive];
            Duration served = Duration.ofNanos(now - left.activeSince);
            boolean flap = left.cameByFailback
                    && served.compareTo(rule.delayAfter(left.flaps).multipliedBy(6)) < 0;
            left.flaps = flap ? Math.min(left.flaps + 1, 30) : 0;
        }
        if (active >= 0) {
            tracks[active].activeSince = now;
            tracks[active].cameByFailback = upwards;
        }
        lastActive = active;
    }
}
