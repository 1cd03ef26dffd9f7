package io.resilientstorage.lock;

import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.Scope;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for which lock in this process: a line for each lock, in the order in which they came. The head of a line
 * asks the backend, again and again, at intervals that grow and are never equal for two processes; the others wait for
 * the head. A release in this process wakes the head at once, unless it is the {@linkplain Turns turn} of others. One
 * in another process calls it, where the backend tells of that, after a moment that differs for each process; the
 * intervals are long while it does.
 *
 * <p>All lines are under one monitor, which is never held while a backend is asked or a result is given.
 */
final class WaitLines {

    private static final long FIRST_PAUSE_MILLIS = 15;
    private static final long MOST_PAUSE_MILLIS = 250;

    /** While releases are told: in case one is not. */
    private static final long PAUSE_WHEN_TOLD_MILLIS = 2_000;

    /** Of those that are called, one gets it, and the others should not all ask for nothing at the same moment. */
    private static final long CALLED_WITHIN_NANOS = Duration.ofMillis(10).toNanos();

    /** For how long others go first: as long as the slowest of them takes to ask, and a little more. */
    private static final long REST_WHEN_TOLD_NANOS = 2 * CALLED_WITHIN_NANOS;

    private static final long REST_NANOS =
            Duration.ofMillis(MOST_PAUSE_MILLIS * 8 / 5).toNanos();

    /** One that waits. */
    private record Waiting(String name, long ttlMillis, long deadline, CompletableFuture<LockResult> result) {}

    /** Those that wait for one lock. */
    private static final class Line {
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private Optional<Timer> timer = Optional.empty();
        private long due;
        private boolean asking;
        private boolean askAgain;
        private boolean called;
        private boolean overslept;
        private long pauseMillis = FIRST_PAUSE_MILLIS;
        private Optional<LockResult> last = Optional.empty();
        private long lastAt;
    }

    private final LockSpace space;
    private final Turns turns;
    private final SpaceWatch watch;
    private final Map<String, Line> lines = new HashMap<>();
    private long usedAt;

    WaitLines(LockSpace space) {
        this.space = space;
        this.turns = new Turns(space.clock());
        this.watch = new SpaceWatch(space, this);
    }

    /** Waits for a lock. */
    CompletableFuture<LockResult> join(String name, long ttlMillis, Duration wait, Asker asker) {
        long deadline = space.clock().nanos() + wait.toNanos();
        Waiting mine = new Waiting(name, ttlMillis, deadline, new CompletableFuture<>());
        boolean first;
        synchronized (this) {
            Line line = lines.computeIfAbsent(name, any -> new Line());
            line.waiting.addLast(mine);
            first = line.waiting.size() == 1;
        }
        // However it ends, by its deadline, by its caller or by a grant, it makes room for the next.
        var unused = mine.result().whenComplete((result, failure) -> leave(mine));
        if (first) {
            // Each asks once, however little time there is.
            if (turns.restNanos(name, restNanos()) >= wait.toNanos()) {
                ask(name, asker);
            } else {
                wake(name, asker);
            }
        }
        if (!mine.result().isDone()) {
            endIn(wait, mine);
        }
        return mine.result();
    }

    private void endIn(Duration wait, Waiting mine) {
        Timer timer = space.later(wait, () -> mine.result().complete(lastHeard(mine.name())));
        var unused = mine.result().whenComplete((result, failure) -> timer.cancel());
    }

    private void leave(Waiting gone) {
        synchronized (this) {
            Line line = lines.get(gone.name());
            if (line == null) {
                return;
            }
            line.waiting.remove(gone);
            if (line.waiting.isEmpty()) {
                remove(gone.name(), line);
            }
        }
        askUnlessThatComes(gone.name());
    }

    /** The caller has the monitor. */
    private void remove(String name, Line line) {
        line.timer.ifPresent(Timer::cancel);
        lines.remove(name);
        usedAt = space.clock().nanos();
    }

    /** Whether anybody waits, or did a short while ago. */
    synchronized boolean wereUsedWithin(Duration past) {
        return !lines.isEmpty() || space.clock().nanos() - usedAt < past.toNanos();
    }

    /** Whoever is the head now asks, if nothing under way would see to it. */
    private void askUnlessThatComes(String name) {
        boolean idle;
        synchronized (this) {
            Line line = lines.get(name);
            idle = line != null && !line.asking && line.timer.isEmpty();
        }
        if (idle) {
            ask(name);
        }
    }

    /** What was heard last of a lock, by now. */
    private synchronized LockResult lastHeard(String name) {
        Line line = lines.get(name);
        if (line == null || line.last.isEmpty()) {
            return Refusals.unreachable("no answer came in the time that was to be waited");
        }
        LockResult last = line.last.get();
        Duration since = Duration.ofNanos(space.clock().nanos() - line.lastAt);
        if (last instanceof HeldByOther held) {
            return new HeldByOther(less(held.remaining(), since));
        }
        return last instanceof LockUnavailable no
                ? new LockUnavailable(no.reason(), less(no.retryAfter(), since), no.detail())
                : last;
    }

    private static Duration less(Duration time, Duration gone) {
        Duration left = time.minus(gone);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** This process has got a lock. */
    void granted(String name) {
        turns.granted(name, restNanos());
    }

    /** This process has a lock no more: its next one asks now, or when others have had their chance. */
    void released(String name) {
        turns.released(name);
        wake(name);
    }

    private long restNanos() {
        if (space.keeper().target().scope() == Scope.PROCESS) {
            return 0;
        }
        return watch.number() != 0 ? REST_WHEN_TOLD_NANOS : REST_NANOS;
    }

    /** Something has changed: the head of a line asks now. */
    void wake(String name) {
        wake(name, Asker.NOT_WAITING);
    }

    private void wake(String name, Asker asker) {
        long rest = turns.restNanos(name, restNanos());
        if (rest == 0) {
            ask(name, asker);
            return;
        }
        synchronized (this) {
            Line line = lines.get(name);
            if (line != null && !line.asking) {
                askIn(name, line, rest);
            }
        }
    }

    /** A release was told: the head of the line asks soon, once for all that is told until then. */
    void call(String name) {
        synchronized (this) {
            Line line = lines.get(name);
            if (line == null || line.called) {
                return;
            }
            line.called = true;
            if (!line.asking) {
                askSoon(name, line, CALLED_WITHIN_NANOS);
            }
        }
    }

    /** Releases may have gone untold: all heads ask, each as soon as it would have if none ever were. */
    void callAll() {
        synchronized (this) {
            lines.forEach((name, line) -> {
                if (!line.asking) {
                    askSoon(name, line, MOST_PAUSE_MILLIS * 1_000_000);
                }
            });
        }
    }

    /** Asks at some moment within a time, if it would not sooner. The caller has the monitor. */
    private void askSoon(String name, Line line, long withinNanos) {
        long jitter = (long) (space.around().time().randomness().nextDouble() * withinNanos);
        long delay = Math.max(jitter, turns.restNanos(name, restNanos()));
        if (line.timer.isEmpty() || line.due - space.clock().nanos() > delay) {
            askIn(name, line, delay);
        }
    }

    /** The caller has the monitor. */
    private void askIn(String name, Line line, long nanos) {
        line.timer.ifPresent(Timer::cancel);
        line.overslept = false;
        line.due = space.clock().nanos() + nanos;
        line.timer = Optional.of(space.later(Duration.ofNanos(nanos), () -> {
            synchronized (this) {
                line.timer = Optional.empty();
            }
            ask(name);
        }));
    }

    private void ask(String name) {
        ask(name, Asker.NOT_WAITING);
    }

    private void ask(String name, Asker asker) {
        Waiting head;
        boolean overslept;
        boolean called;
        synchronized (this) {
            Line line = lines.get(name);
            if (line == null) {
                return;
            }
            if (line.asking) {
                line.askAgain = true;
                return;
            }
            line.timer.ifPresent(Timer::cancel);
            line.timer = Optional.empty();
            Optional<Waiting> first = firstWithoutResult(line);
            if (first.isEmpty()) {
                remove(name, line);
                return;
            }
            head = first.get();
            overslept = line.overslept;
            called = line.called;
            line.asking = true;
            line.askAgain = false;
            line.called = false;
            line.overslept = false;
        }
        long heard = watch.number();
        long now = space.clock().nanos();
        long deadline = Math.min(now + space.callTimeout().toNanos(), Math.max(head.deadline(), now + 1_000_000));
        // Each time as somebody else: what was granted to the one before without an answer is being given up.
        String owner = space.newOwner();
        var unused = space.acquire(name, owner, head.ttlMillis(), deadline, asker)
                .whenComplete((outcome, failure) -> {
                    if (failure == null) {
                        judge(outcome, overslept, called);
                        heard(head, owner, outcome, heard);
                    } else {
                        done(name);
                        head.result().completeExceptionally(Waiter.bare(failure));
                        askUnlessThatComes(name);
                    }
                });
    }

    /** What an answer says of the telling of releases. */
    private void judge(Outcome outcome, boolean overslept, boolean called) {
        if (outcome instanceof Outcome.Granted && called) {
            watch.confirmed();
        } else if (outcome instanceof Outcome.Granted && overslept) {
            watch.missed();
        }
    }

    /**
     * Who has a result is on the way out of the line, on another thread perhaps. To ask for them would be granted,
     * given up, and asked again, until that thread goes on. The caller has the monitor.
     */
    private static Optional<Waiting> firstWithoutResult(Line line) {
        while (!line.waiting.isEmpty() && line.waiting.getFirst().result().isDone()) {
            line.waiting.removeFirst();
        }
        return Optional.ofNullable(line.waiting.peekFirst());
    }

    private void done(String name) {
        synchronized (this) {
            Line line = lines.get(name);
            if (line != null) {
                line.asking = false;
            }
        }
    }

    /** @param number that of the listening when the request was sent */
    private void heard(Waiting head, String owner, Outcome outcome, long number) {
        boolean over = outcome instanceof Outcome.Granted || disagrees(outcome);
        boolean again = false;
        synchronized (this) {
            Line line = lines.get(head.name());
            if (line != null) {
                line.asking = false;
                if (over) {
                    line.pauseMillis = FIRST_PAUSE_MILLIS;
                } else {
                    line.last = Optional.of(LockSpace.result(outcome));
                    line.lastAt = space.clock().nanos();
                    again = line.askAgain || !head.equals(line.waiting.peekFirst());
                    if (!again && line.called) {
                        askSoon(head.name(), line, CALLED_WITHIN_NANOS);
                    } else if (!again) {
                        pause(head.name(), line, outcome, number);
                    }
                }
            }
        }
        if (outcome instanceof Outcome.Held held) {
            turns.held(head.name());
            watch.wanted(held.by());
        }
        if (over) {
            space.settle(head.result(), head.name(), owner, head.ttlMillis(), outcome);
            askUnlessThatComes(head.name());
        } else if (again) {
            wake(head.name());
        }
    }

    /** Other terms do not come to agree by themselves. */
    private static boolean disagrees(Outcome outcome) {
        return outcome instanceof Outcome.Refused no && no.why().reason() == LockRefusal.DISAGREES;
    }

    /**
     * Until a while before the lock ends by itself it is asked for seldom, since only a release can free it; very
     * seldom if every release since the question is told. The caller has the monitor.
     */
    private void pause(String name, Line line, Outcome outcome, long number) {
        double jitter = 0.5 + space.around().time().randomness().nextDouble();
        if (outcome instanceof Outcome.Held held && watch.heardAll(held.by(), number)) {
            long told = (long) (PAUSE_WHEN_TOLD_MILLIS * jitter);
            askIn(name, line, Math.min(held.remainingMillis() + 1, told) * 1_000_000);
            line.overslept = told <= held.remainingMillis();
            return;
        }
        long hint = outcome instanceof Outcome.Held held ? held.remainingMillis() + 1 : MOST_PAUSE_MILLIS;
        long pause = Math.max(1, Math.min(hint, (long) (line.pauseMillis * jitter)));
        line.pauseMillis = Math.min(MOST_PAUSE_MILLIS, line.pauseMillis * 3 / 2);
        askIn(name, line, pause * 1_000_000);
    }

    /** Hears of no release any more. */
    void close() {
        watch.close();
    }
}
