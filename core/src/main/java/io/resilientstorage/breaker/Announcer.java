package io.resilientstorage.breaker;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listener of transitions, in order, without a lock held.
 *
 * <p>{@link #add} is called under the state machine's lock, so the queue has the order of the transitions.
 * {@link #deliver} is called without it, by whoever made a transition. One thread at a time delivers; another that
 * finds it busy leaves its transition in the queue and goes, because the busy thread looks again after each call. So
 * nothing is lost, nothing overtakes, and a listener that itself causes a transition is not called inside of itself.
 */
final class Announcer {

    /** A listener this far behind hangs; a bound keeps it from filling the memory too. */
    static final int MOST_WAITING = 256;

    private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);

    private final String name;
    private final TransitionListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Transition> waiting = new ArrayDeque<>();
    private boolean busy;

    Announcer(String name, TransitionListener listener) {
        this.name = name;
        this.listener = listener;
    }

    void add(Transition transition) {
        lock.lock();
        try {
            if (waiting.size() == MOST_WAITING) {
                Transition forgotten = waiting.removeFirst();
                LOG.warn(
                        "The listener of circuit '{}' is {} transitions behind; it will not hear of {} -> {}",
                        name,
                        MOST_WAITING,
                        forgotten.from(),
                        forgotten.to());
            }
            waiting.addLast(transition);
        } finally {
            lock.unlock();
        }
    }

    void deliver() {
        for (Optional<Transition> next = begin(); next.isPresent(); next = begin()) {
            try {
                listener.onTransition(next.get());
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                LOG.error("The listener of circuit '{}' failed", name, e);
            } finally {
                end();
            }
        }
    }

    private Optional<Transition> begin() {
        lock.lock();
        try {
            if (busy || waiting.isEmpty()) {
                return Optional.empty();
            }
            busy = true;
            return Optional.of(waiting.removeFirst());
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            busy = false;
        } finally {
            lock.unlock();
        }
    }
}
