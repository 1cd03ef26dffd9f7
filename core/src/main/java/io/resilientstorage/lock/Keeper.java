package io.resilientstorage.lock;

import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.backend.LockTerms;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Knows whom to ask for the locks of one space, and sees to it that somebody may grant them. For several threads. */
interface Keeper {

    /** Whom to ask now, and how. */
    Mandate mandate();

    /** How to ask one that was asked before. */
    Mandate mandate(Granter granter);

    /** Whom to ask now. */
    default Granter target() {
        return mandate().at();
    }

    /** Everybody who may have granted a lock that is still held, the one to ask now first. */
    List<Granter> granters();

    /** What all processes must hold alike, in the mode that holds now. */
    default LockTerms terms() {
        return mandate().terms();
    }

    /** Among whom a grant excludes others. */
    LockScope scope(Granter granter);

    /** Whether it was ever found that somebody may grant. */
    boolean isReady();

    /**
     * Looks who may grant, and changes it where that is due. Ends in bounded time and never fails.
     *
     * @return empty if the one to ask now may grant, else why nobody may
     */
    CompletableFuture<Optional<LockUnavailable>> look();

    /** Looks no more. */
    void stop();
}
