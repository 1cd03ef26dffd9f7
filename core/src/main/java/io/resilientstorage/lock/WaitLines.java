package io.resilientstorage.lock;

import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockUnavailable;
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
 * the head. A release in this process wakes the head at once.
 *
 * <p>All lines are under one monitor, which is never held while a backend is asked or a result is given.
 */
final class WaitLines {

    private static final long FIRST_PAUSE_MILLIS = 15;
    private static final long MOST_PAUSE_MILLIS = 250;

    /** One that waits. */
    private record Waiting(String name, long ttlMillis, long deadline, CompletableFuture<LockResult> result) {}

    /** Those that wait for one lock. */
    private static final class Line {
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private Optional<Timer> timer = Optional.empty();
        private boolean asking;
        private boolean askAgain;
        private long pauseMillis = FIRST_PAUSE_MILLIS;
        private Optional<LockResult> last = Optional.empty();
        private long lastAt;
    }

    private final LockSpace space;
    private final Map<String, Line> lines = new HashMap<>();

    WaitLines(LockSpace space) {
        this.space = space;
    }

    /** Waits for a lock. */
    CompletableFuture<LockResult> join(String name, long ttlMillis, Duration wait) {
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
            ask(name);
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
                line.timer.ifPresent(Timer::cancel);
                lines.remove(gone.name());
            }
        }
        askUnlessThatComes(gone.name());
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

    /** Something has changed: the head of a line asks now. */
    void wake(String name) {
        ask(name);
    }

    private void ask(String name) {
        Waiting head;
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
                lines.remove(name);
                return;
            }
            head = first.get();
            line.asking = true;
            line.askAgain = false;
        }
        long now = space.clock().nanos();
        long deadline = Math.min(now + space.callTimeout().toNanos(), Math.max(head.deadline(), now + 1_000_000));
        // Each time as somebody else: what was granted to the one before without an answer is being given up.
        String owner = space.newOwner();
        var unused = space.acquire(name, owner, head.ttlMillis(), deadline).whenComplete((outcome, failure) -> {
            if (failure == null) {
                heard(head, owner, outcome);
            } else {
                done(name);
                head.result().completeExceptionally(Waiter.bare(failure));
                askUnlessThatComes(name);
            }
        });
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

    private void heard(Waiting head, String owner, Outcome outcome) {
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
                    if (!again) {
                        pause(head.name(), line, outcome);
                    }
                }
            }
        }
        if (over) {
            space.settle(head.result(), head.name(), owner, head.ttlMillis(), outcome);
            askUnlessThatComes(head.name());
        } else if (again) {
            ask(head.name());
        }
    }

    /** Other terms do not come to agree by themselves. */
    private static boolean disagrees(Outcome outcome) {
        return outcome instanceof Outcome.Refused no && no.why().reason() == LockRefusal.DISAGREES;
    }

    /**
     * Until a while before the lock ends by itself it is asked for seldom, since only a release can free it; nobody is
     * told of a release in another process. The caller has the monitor.
     */
    private void pause(String name, Line line, Outcome outcome) {
        long hint = outcome instanceof Outcome.Held held ? held.remainingMillis() + 1 : MOST_PAUSE_MILLIS;
        double jitter = 0.5 + space.around().time().randomness().nextDouble();
        long pause = Math.max(1, Math.min(hint, (long) (line.pauseMillis * jitter)));
        line.pauseMillis = Math.min(MOST_PAUSE_MILLIS, line.pauseMillis * 3 / 2);
        line.timer = Optional.of(space.later(Duration.ofMillis(pause), () -> {
            synchronized (this) {
                line.timer = Optional.empty();
            }
            ask(name);
        }));
    }
}
