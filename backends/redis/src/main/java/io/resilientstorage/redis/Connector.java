package io.resilientstorage.redis;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Makes links: one connector for each way in which Redis is run. Its text tells where the links go. */
interface Connector {

    /** Opens a connection and logs in. Never blocks. */
    CompletionStage<Link> connect();

    /** Finds out, in the background, whether a link that works still goes to the right server; if not, retires it. */
    default void verify(Link link) {}

    /** Ends all connections and threads that are this connector's own, within about the given time. */
    void close(Duration patience);
}
