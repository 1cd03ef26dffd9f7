package io.resilientstorage.redis;

import java.util.Optional;

/** What a node of a Cluster says to a call that it has not executed, because the slot is not, or not only, its own. */
sealed interface Redirection {

    /**
     * The slot is another's.
     *
     * @param to the owner; its host is empty where it is that of the node that says so
     */
    record Moved(Endpoint to) implements Redirection {}

    /**
     * The key, if it exists, is where the slot is being moved to.
     *
     * @param to that node
     */
    record Ask(Endpoint to) implements Redirection {}

    /** Some of the keys are here and some there. It passes. */
    record TryAgain() implements Redirection {}

    /** What a reply says, empty if it is no redirection. */
    static Optional<Redirection> of(Reply reply) {
        if (!(reply instanceof ServerError error) || !error.isRedirection()) {
            return Optional.empty();
        }
        if (error.isTornApart()) {
            return Optional.of(new TryAgain());
        }
        // "MOVED 3999 127.0.0.1:6381"
        String[] words = error.message().strip().split(" ", -1);
        Optional<Endpoint> to = Endpoint.parse(words[words.length - 1]);
        return error.code().equals("MOVED") ? to.map(Moved::new) : to.map(Ask::new);
    }
}
