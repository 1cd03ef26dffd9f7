package io.resilientstorage.redis;

import io.lettuce.core.api.StatefulConnection;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Makes connections: one for each way in which Redis is run. */
interface Connector {

    /** Opens a connection and logs in. Never blocks. */
    CompletionStage<? extends StatefulConnection<byte[], byte[]>> connect();

    /** Ends all connections and threads, within about the given time. */
    void close(Duration patience);
}
