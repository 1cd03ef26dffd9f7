package io.resilientstorage.lock;

import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStore;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and whether a thread waits for the answer and does nothing else: then a step that has to wait may do so on
 * that thread, and is not handed to another and back.
 *
 * @param waiting the thread that waits; null if none does
 */
record Asker(@Nullable Thread waiting) {

    /** One that goes on with something else at once. */
    static final Asker NOT_WAITING = new Asker(null);

    /** One that waits on this thread. */
    static Asker here() {
        return new Asker(Thread.currentThread());
    }

    /** Asks. A step that has come to another thread, or to one that is to end its waiting, holds nobody up. */
    CompletionStage<LockReply> ask(LockStore store, LockRequest request) {
        Thread present = Thread.currentThread();
        return present == waiting && !present.isInterrupted() ? store.performHere(request) : store.perform(request);
    }
}
