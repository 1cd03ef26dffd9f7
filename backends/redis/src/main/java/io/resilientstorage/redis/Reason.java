package io.resilientstorage.redis;

import java.util.List;
import java.util.Optional;

/** Words for a failure. */
final class Reason {

    /** What Lettuce and the network say of a connection that ended between its beginning and the first answer. */
    private static final List<String> ENDED = List.of("Connection closed prematurely", "Connection reset");

    private Reason() {}

    /** What the innermost cause says, which names the server's words or what the network said. */
    static String of(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : message;
    }

    /**
     * What to look for when a server took a connection and ended it before it answered; empty for any other failure to
     * connect. A server that is full says so and closes, but what it said is lost if the login was under way already.
     */
    static Optional<String> endedAtLogin(Throwable failure) {
        String said = of(failure);
        return ENDED.stream().anyMatch(said::startsWith)
                ? Optional.of("the server ended the connection before it answered; it may have reached its max number"
                        + " of clients, or want TLS (" + said + ")")
                : Optional.empty();
    }
}
