package io.resilientstorage.recovery;

import io.resilientstorage.api.Sync;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.member.Member;
import io.resilientstorage.state.BackendState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Brings a backend what was on its way to the mirror when the backend was given back what it had lost. Who delivered
 * that had it acknowledged by this backend, in the life before, and so leaves no hint for it in the mirror. If that
 * process lives, it hears of the other life and sends the record back; if it died meanwhile, nobody does, and the
 * watermark soon says that the backend has it. An attempt has a not-after time, so what is still on its way has
 * arrived, or never will, when the time-out of an attempt is over. Safe for use by several threads.
 */
final class LateArrivals {

    private static final Duration RETRY = Duration.ofMillis(500);

    private final Member member;
    private final Attempts attempts;
    private final Supplier<Streams> streams;
    private final AtomicReference<Due> due = new AtomicReference<>(new Due(0, Due.NOTHING));
    private volatile boolean stopped;

    /** The one look that is to come: a backend that goes away again and again puts it off, and adds no other. */
    private record Due(long turn, long position) {

        private static final long NOTHING = Long.MAX_VALUE;

        Due after(long next) {
            return new Due(turn + 1, Math.min(position, next));
        }
    }

    LateArrivals(Member member, Attempts attempts, Supplier<Streams> streams) {
        this.member = member;
        this.attempts = attempts;
        this.streams = streams;
    }

    void stop() {
        stopped = true;
    }

    /**
     * Applies later what the mirror commits after this position. In whatever life the backend is then: a snapshot of
     * before may have a watermark that is too high already, and what is there too early does no harm.
     */
    void after(Member mirror, ChangeScan changes, long position) {
        Due mine = due.updateAndGet(before -> before.after(position));
        // Once for what is on its way now, once more for who had not heard of the other life, delivered, and died.
        Duration longest = mirror.settings().attemptTimeout().multipliedBy(2);
        attempts.time().timers().schedule(longest, () -> look(mirror, changes, mine));
    }

    private void look(Member mirror, ChangeScan changes, Due mine) {
        if (stopped || !mine.equals(due.get())) {
            return;
        }
        // A mirror that went back meanwhile has what has ended since, until it is found whole again.
        boolean isWhole = state(mirror).sync() == Sync.IN_SYNC;
        if (!isWhole || !state(mirror).isRoutable() || !state(member).isRoutable()) {
            later(mirror, changes, mine);
            return;
        }
        var unused = Question.ask(attempts.time(), Streams.TIMEOUT, changes::extent)
                .thenCompose(extent -> streams.get().catchUp(changes, mine.position(), extent.head()))
                .whenComplete((any, failure) -> {
                    if (failure == null) {
                        due.compareAndSet(mine, new Due(mine.turn(), Due.NOTHING));
                    } else {
                        later(mirror, changes, mine);
                    }
                });
    }

    private void later(Member mirror, ChangeScan changes, Due mine) {
        attempts.time().timers().schedule(RETRY, () -> look(mirror, changes, mine));
    }

    private BackendState state(Member one) {
        return attempts.keeper().current().backend(one.index());
    }
}
