package io.resilientstorage.recovery;

import io.resilientstorage.api.Recovery;
import io.resilientstorage.api.Sync;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.HintView;
import io.resilientstorage.replication.Replication;
import io.resilientstorage.replication.Replicator;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells, of each backend that is to have every record, whether it has. The only writer of {@link BackendState#sync()}
 * but for one case: a backend that cannot be reached, or is seen in another life, is out of sync at once.
 *
 * <p>A backend that becomes routable, or appears in another life, gets a <em>mark</em>: the moment from which on it
 * gets every write. It is IN_SYNC when
 *
 * <ul>
 *   <li>its {@link Recoverer} found that it lost nothing, or gave it back what it had lost, in this life;
 *   <li>each backend that may keep hints for it was asked after the mark, and has none from before the mark and none
 *       older than {@link #OLD};
 *   <li>and the same holds for what waits for it in this process.
 * </ul>
 *
 * <p>It looks after each change of state, each look at hints, and each recovery. Safe for use by several threads.
 */
public final class SyncWatch {

    /** A hint that old means that its target lacks something for longer than anybody may overlook. */
    static final Duration OLD = Duration.ofSeconds(2);

    private final StateKeeper keeper;
    private final Replication replication;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Track> tracks = new HashMap<>();
    private final Map<Integer, Recoverer> recoverers;
    private final CompletableFuture<Void> firstSettled = new CompletableFuture<>();
    private boolean looking;
    private boolean again;
    private boolean stopped;

    /** What is known of one backend; guarded by the lock. */
    private static final class Track {
        private boolean routable;
        private long mark;
        private Optional<String> incarnation = Optional.empty();
        private Warming warming = Warming.UNKNOWN;
        /** The last verdict. */
        private Sync told = Sync.CATCHING_UP;
    }

    /** How far its recoverer is. */
    enum Warming {
        UNKNOWN,
        COLD,
        WARM
    }

    /** A watch that does nothing until {@link #start()}. */
    public SyncWatch(StateKeeper keeper, Replication replication, RecovererFactory factory, Clock clock) {
        this.keeper = keeper;
        this.replication = replication;
        this.clock = clock;
        this.recoverers = new HashMap<>();
        for (Member member : replication.mirrors().mirrors()) {
            tracks.put(member.index(), new Track());
            recoverers.put(
                    member.index(),
                    factory.recoverer(member, (life, warming) -> warmed(member.index(), life, warming)));
        }
    }

    /** Makes the recoverer of a backend, given who is to be told of its progress. */
    public interface RecovererFactory {
        Recoverer recoverer(Member member, Recoverer.Listener listener);
    }

    /** Begins to watch. */
    public void start() {
        keeper.observe(this::look);
        replication.start(this::look, this::forgotten, this::isWhole);
        look();
    }

    /** Completes when every backend that is routable was found in sync for the first time. */
    public CompletableFuture<Void> settled() {
        return firstSettled;
    }

    /** The way back of a backend; empty if it lacks nothing, or cannot be reached. */
    public Optional<Recovery> recovery(int index) {
        BackendState state = keeper.current().backend(index);
        Recoverer recoverer = recoverers.get(index);
        if (recoverer == null || !state.isRoutable() || state.sync() == Sync.IN_SYNC) {
            return Optional.empty();
        }
        return recoverer
                .recovery()
                .or(() -> Optional.of(
                        Recovery.at(Recovery.Step.CATCHING_UP, replication.pending(index), replication.rate(index))));
    }

    /** Watches no more. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
        recoverers.values().forEach(Recoverer::stop);
    }

    private void warmed(int index, String incarnation, Warming warming) {
        lock.lock();
        try {
            Track track = tracks.get(index);
            if (track == null || !track.incarnation.equals(Optional.of(incarnation))) {
                return;
            }
            track.warming = warming;
        } finally {
            lock.unlock();
        }
        look();
    }

    /** Whether a backend lost nothing in this life, or has got it back, as far as its recoverer found. */
    private boolean isWhole(int index, String life) {
        lock.lock();
        try {
            Track track = tracks.get(index);
            return track != null && track.warming == Warming.WARM && track.incarnation.equals(Optional.of(life));
        } finally {
            lock.unlock();
        }
    }

    /** A record for this backend was forgotten here: only hints know what it lacks, and those of now on tell. */
    private void forgotten(int index) {
        lock.lock();
        try {
            Track track = tracks.get(index);
            if (track != null) {
                track.mark = clock.nanos();
            }
        } finally {
            lock.unlock();
        }
        keeper.outOfSync(index);
        replication.lookSoon(index);
    }

    /**
     * One look at a time: what comes of it changes states, which asks for a look again, and the verdict of an older
     * look must not be written after that of a newer one.
     */
    private void look() {
        lock.lock();
        try {
            again = true;
            if (looking) {
                return;
            }
            looking = true;
        } finally {
            lock.unlock();
        }
        boolean more = true;
        while (more) {
            boolean ended = false;
            try {
                lookOnce();
                ended = true;
            } finally {
                lock.lock();
                try {
                    more = again && ended && !stopped;
                    looking = more;
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private void lookOnce() {
        List<Runnable> begin = new ArrayList<>();
        Snapshot snapshot;
        Map<Integer, Sync> verdicts = new HashMap<>();
        lock.lock();
        try {
            again = false;
            if (stopped) {
                return;
            }
            snapshot = keeper.current();
            for (Member member : replication.mirrors().mirrors()) {
                int index = member.index();
                Track track = Objects.requireNonNull(tracks.get(index));
                BackendState state = snapshot.backend(index);
                boolean otherLife = !track.incarnation.equals(state.incarnation());
                // That it is COLD although nothing was said here: somebody has missed a key without a sentinel.
                boolean lost = state.sync() == Sync.COLD && track.told != Sync.COLD;
                if (state.isRoutable() && (!track.routable || otherLife || lost)) {
                    track.mark = clock.nanos();
                    track.warming = track.warming == Warming.COLD || lost ? Warming.COLD : Warming.UNKNOWN;
                    track.incarnation = state.incarnation();
                    Recoverer recoverer = recoverers.get(index);
                    begin.add(() -> {
                        Objects.requireNonNull(recoverer).begin();
                        replication.lookSoon(index);
                    });
                }
                track.routable = state.isRoutable();
                if (track.routable) {
                    track.told = verdict(index, track, snapshot);
                    verdicts.put(index, track.told);
                }
            }
        } finally {
            lock.unlock();
        }
        verdicts.forEach((index, verdict) -> keeper.sync(index, snapshot.backend(index), verdict));
        begin.forEach(Runnable::run);
        boolean settled = keeper.current().backends().stream()
                .allMatch(state -> !state.isRoutable() || state.sync() == Sync.IN_SYNC);
        if (settled) {
            firstSettled.complete(null);
        }
    }

    private Sync verdict(int index, Track track, Snapshot snapshot) {
        return switch (track.warming) {
            case COLD -> Sync.COLD;
            case UNKNOWN -> Sync.CATCHING_UP;
            case WARM -> hasEverything(index, track.mark, snapshot) ? Sync.IN_SYNC : Sync.CATCHING_UP;
        };
    }

    private boolean hasEverything(int index, long mark, Snapshot snapshot) {
        Map<Integer, HintView> views = replication.views(index);
        for (int source : replication.sources(index)) {
            if (!snapshot.backend(source).online()) {
                continue;
            }
            HintView view = views.get(source);
            if (view == null || view.askedAt() < mark || view.hasFromBefore(mark) || view.hasOlderThan(OLD)) {
                return false;
            }
        }
        Replicator replicator = replication.replicator(index);
        Long oldest = replicator == null ? null : replicator.oldestSince();
        return oldest == null || (oldest >= mark && clock.nanos() - oldest < OLD.toNanos());
    }
}
