package io.resilientstorage.execution;

import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The first step of a read, with a second backend that is asked when the first is late. The first good reply wins; the
 * other attempt goes on by itself and counts, for its circuit, as what it is.
 *
 * <p>The two attempts and the timer end on threads of their own, at any time. What has happened is noted under a lock;
 * the listener is told once, without it. The second backend's trouble alone never ends the step, for nobody needed it:
 * the first may still reply.
 */
final class HedgedRead {

    /** How the read goes on. Exactly one method is called, once. */
    interface Listener {
        /** The candidate at this place was the first to reply. */
        void won(int place, ReadReply reply);

        /** The first candidate has failed, and so has the one at the other place, if it was asked. */
        void lost(BackendException first, int otherPlace, Optional<BackendException> other);

        /** The call is over. */
        void rejected(Throwable error);
    }

    /** Begins an attempt at the candidate of a place. */
    interface Ask {
        void begin(int place, Attempt.Listener<ReadReply> listener);
    }

    private final Engine engine;
    private final Hedging hedging;
    private final int keys;
    private final int[] candidates;
    private final int other;
    private final Ask ask;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean over;
    private boolean otherAsked;
    private Optional<BackendException> firstFailed = Optional.empty();
    private Optional<BackendException> otherFailed = Optional.empty();
    private Optional<Timer> timer = Optional.empty();

    private HedgedRead(
            Engine engine, Hedging hedging, int keys, int[] candidates, int other, Ask ask, Listener listener) {
        this.engine = engine;
        this.hedging = hedging;
        this.keys = keys;
        this.candidates = candidates;
        this.other = other;
        this.ask = ask;
        this.listener = listener;
    }

    /**
     * Asks the first candidate, and the other one when the first is late and the budget allows.
     *
     * @param keys how many keys are asked for
     * @param other the place of the other candidate, as {@link Hedging#second} told it
     */
    static void begin(
            Engine engine, Hedging hedging, int keys, int[] candidates, int other, Ask ask, Listener listener) {
        new HedgedRead(engine, hedging, keys, candidates, other, ask, listener).begin();
    }

    private void begin() {
        hedging.budget().earn();
        ask.begin(0, new Leg(0));
        long delay = hedging.delayNanos(candidates[0]);
        if (delay == LatencyRecord.UNKNOWN || isOver()) {
            return;
        }
        Timer set = engine.time().timers().schedule(Duration.ofNanos(delay), this::late);
        lock.lock();
        try {
            timer = Optional.of(set);
            if (over) {
                set.cancel();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    private void late() {
        lock.lock();
        try {
            // The states of this moment: what was as good when the read began may have missed a write since.
            if (over
                    || !Hedging.isTrusted(engine.members(), engine.keeper().current(), candidates[other])
                    || !hedging.budget().spend()) {
                return;
            }
            otherAsked = true;
        } finally {
            lock.unlock();
        }
        Leg leg = new Leg(other);
        try {
            ask.begin(other, leg);
        } catch (RuntimeException | Error e) {
            leg.rejected(e);
        }
    }

    /** Ends the step; says whether this ended it. Under the lock. */
    private boolean end() {
        boolean ended = !over;
        over = true;
        timer.ifPresent(Timer::cancel);
        return ended;
    }

    /** One of the two attempts. */
    private final class Leg implements Attempt.Listener<ReadReply> {

        private final int place;
        private final long begun = engine.time().clock().nanos();

        Leg(int place) {
            this.place = place;
        }

        @Override
        public boolean fits(ReadReply reply) {
            return reply.answers().size() == keys;
        }

        @Override
        public void replied(ReadReply reply) {
            long now = engine.time().clock().nanos();
            hedging.latency(candidates[place]).record(now - begun, now);
            boolean won;
            lock.lock();
            try {
                won = end();
            } finally {
                lock.unlock();
            }
            if (won) {
                try {
                    listener.won(place, reply);
                } catch (RuntimeException | Error e) {
                    listener.rejected(e);
                }
            }
        }

        @Override
        public void failed(BackendException failure) {
            boolean lost;
            lock.lock();
            try {
                if (place == 0) {
                    firstFailed = Optional.of(failure);
                } else {
                    otherFailed = Optional.of(failure);
                }
                lost = firstFailed.isPresent() && (!otherAsked || otherFailed.isPresent()) && end();
            } finally {
                lock.unlock();
            }
            if (lost) {
                listener.lost(firstFailed.orElseThrow(), other, otherFailed);
            }
        }

        @Override
        public void rejected(Throwable error) {
            if (place != 0) {
                failed(BackendException.overloaded(String.valueOf(error.getMessage())));
                return;
            }
            boolean ended;
            lock.lock();
            try {
                ended = end();
            } finally {
                lock.unlock();
            }
            if (ended) {
                listener.rejected(error);
            }
        }
    }
}
