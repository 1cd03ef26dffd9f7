package io.resilientstorage.namespace;

import java.util.concurrent.CompletableFuture;

/** Looks at the shared record of a namespace, and makes it if there is none. */
@FunctionalInterface
public interface Question {

    /**
     * Asks. The future ends, never with a failure, well within the deadline of a call that begins now.
     *
     * @param namespace the namespace
     * @param mine what this process holds
     */
    CompletableFuture<Standing> ask(String namespace, Terms mine);
}
