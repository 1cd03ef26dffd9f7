package io.resilientstorage.backend;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The locks that a backend keeps. Each call is one atomic step inside the backend, judged by the backend's own clock,
 * and decides as {@link LockRule} does. A lock that has ended is as one that is not there, and is removed sooner or
 * later.
 *
 * <p>Which backend may grant, and why, is not decided here, but by who writes the {@link Authority} records.
 */
public interface LockStore {

    /**
     * The authority record of a lock space.
     *
     * @param space the lock space: the name of a namespace
     */
    CompletionStage<AuthorityReply> authority(String space);

    /**
     * Puts an authority record in the place of another, in one atomic step: see {@link LockRule#replace}.
     *
     * @param space the lock space
     * @param life the life that the backend must have, as {@link #authority} told it
     * @param expectedRevision the revision that must stand there, 0 for no record
     * @param next what is to stand there. Its revision, counter and incarnation do not matter: they follow from what
     *     stands.
     * @param notAfter after which time by the backend's own clock, the one that {@link #authority} tells, it must not
     *     be put there any more: what it says was reckoned from a look at the clock
     * @return whether it was put there
     */
    CompletionStage<Boolean> compareAndSet(
            String space, Incarnation life, long expectedRevision, Authority next, long notAfter);

    /** Does what is asked, or says why not. */
    CompletionStage<LockReply> perform(LockRequest request);

    /**
     * As {@link #perform}, for a caller who waits for the answer and does nothing else on this thread. So it may hold
     * the thread up, though not beyond the time-out of the request, whatever the backend does. A backend whose calls
     * block saves a hand-over to another thread and back by that. By default it does not.
     */
    default CompletionStage<LockReply> performHere(LockRequest request) {
        return perform(request);
    }

    /**
     * Begins to hear of locks that are released, by {@link LockAction#RELEASE} alone: a lock that ends by itself is
     * told by nobody. Never waits; what listening needs is made in the background, and made again when it is lost.
     *
     * @param space the lock space
     * @param listener who hears of it
     * @return what ends it; empty if this backend tells nobody of releases, and then who waits has to ask
     */
    default Optional<ReleaseWatch> watchReleases(String space, ReleaseWatch.Listener listener) {
        return Optional.empty();
    }
}
