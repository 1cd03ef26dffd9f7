package io.resilientstorage.breaker;

/**
 * Is told of every change of a circuit's state, one at a time and in the order in which they happened.
 *
 * <p>It is called without a lock, on the thread whose call changed the state or on one that is busy telling of an
 * earlier change; that is a caller's thread, so it must be quick and must not block. It may use the breaker. What it
 * throws is logged and does no harm. At most {@value Announcer#MOST_WAITING} changes wait for a slow listener; beyond
 * that the oldest of them is forgotten, which is logged.
 */
@FunctionalInterface
public interface TransitionListener {

    /**
     * The circuit changed its state.
     *
     * @param transition from where to where, and why
     */
    void onTransition(Transition transition);
}
