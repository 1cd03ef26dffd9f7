package io.resilientstorage.lock;

import io.resilientstorage.backend.ReleaseWatch;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the releases of a space told to who waits in this process, while somebody waits and the backend can. What is
 * heard is a reason to ask, and no more than that.
 *
 * <p>Its monitor is never held while a backend is called, and backends may hold theirs while they tell.
 */
final class SpaceWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);

    /** For so long it goes on after the last one who waited. */
    static final Duration IDLE = Duration.ofSeconds(10);

    /** So many releases in a row that nobody told of, and it is not believed for a while. */
    private static final int MOST_UNTOLD = 2;

    private static final long DISBELIEF_NANOS = Duration.ofMinutes(1).toNanos();

    private final LockSpace space;
    private final WaitLines lines;
    private Optional<Ear> ear = Optional.empty();
    private long numbers;
    private long hearing;
    private boolean heard;
    private int untold;
    private Optional<Long> doubted = Optional.empty();
    private boolean closed;

    SpaceWatch(LockSpace space, WaitLines lines) {
        this.space = space;
        this.lines = lines;
    }

    /**
     * A number for the listening that is under way, 0 if there is none to be relied on. As long as nothing was ever
     * heard it may be that nobody tells.
     */
    synchronized long number() {
        if (!heard) {
            return 0;
        }
        long now = space.clock().nanos();
        return doubted.map(since -> now - since < DISBELIEF_NANOS).orElse(false) ? 0 : hearing;
    }

    /** Whether every release at this backend was told since the listening had this number. */
    synchronized boolean heardAll(Granter at, long number) {
        return number != 0
                && number == number()
                && ear.map(mine -> mine.at == at).orElse(false);
    }

    /** A lock is waited for which this one grants. */
    void wanted(Granter at) {
        Optional<Ear> former;
        Ear next;
        synchronized (this) {
            if (closed || ear.map(mine -> mine.at == at).orElse(false)) {
                return;
            }
            former = ear;
            next = new Ear(at);
            ear = Optional.of(next);
            hearing = 0;
        }
        former.ifPresent(Ear::close);
        next.open();
        lookLater(next);
    }

    private void lookLater(Ear mine) {
        var unused = space.later(IDLE, () -> look(mine));
    }

    private void look(Ear mine) {
        boolean goesOn = lines.wereUsedWithin(IDLE);
        synchronized (this) {
            if (!isEar(mine)) {
                return;
            }
            if (!goesOn) {
                ear = Optional.empty();
                hearing = 0;
            }
        }
        if (goesOn) {
            lookLater(mine);
        } else {
            mine.close();
        }
    }

    private boolean isEar(Ear one) {
        return ear.map(mine -> mine == one).orElse(false);
    }

    /** A lock had been released, for how long is not known, when it was asked for without a word of that. */
    synchronized void missed() {
        if (++untold >= MOST_UNTOLD) {
            untold = 0;
            doubted = Optional.of(space.clock().nanos());
        }
    }

    /** A lock had been released, as was told. */
    synchronized void confirmed() {
        untold = 0;
        doubted = Optional.empty();
    }

    void close() {
        Optional<Ear> last;
        synchronized (this) {
            closed = true;
            last = ear;
            ear = Optional.empty();
            hearing = 0;
        }
        last.ifPresent(Ear::close);
    }

    /** Listens to one backend. */
    private final class Ear implements ReleaseWatch.Listener {

        private final Granter at;
        private Optional<ReleaseWatch> watch = Optional.empty();
        private boolean over;

        Ear(Granter at) {
            this.at = at;
        }

        void open() {
            Optional<ReleaseWatch> opened;
            try {
                opened = at.watchReleases(space.name(), this);
            } catch (RuntimeException notNow) {
                // Whoever waits asks at intervals, and that is enough.
                LOG.debug("Releases of locks at {} are not told", at.name(), notNow);
                return;
            }
            synchronized (SpaceWatch.this) {
                if (!over) {
                    watch = opened;
                    return;
                }
            }
            opened.ifPresent(ReleaseWatch::close);
        }

        void close() {
            Optional<ReleaseWatch> opened;
            synchronized (SpaceWatch.this) {
                over = true;
                opened = watch;
            }
            opened.ifPresent(ReleaseWatch::close);
        }

        @Override
        public void begun() {
            synchronized (SpaceWatch.this) {
                if (isEar(this)) {
                    hearing = ++numbers;
                    heard = false;
                }
            }
        }

        @Override
        public void released(String name) {
            synchronized (SpaceWatch.this) {
                heard |= isEar(this);
            }
            lines.call(name);
        }

        @Override
        public void ended() {
            synchronized (SpaceWatch.this) {
                if (!isEar(this) || hearing == 0) {
                    return;
                }
                hearing = 0;
            }
            lines.callAll();
        }
    }
}
