package io.resilientstorage.jdbc;

import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connections ready while the database is the one that nobody asks: when the better backend fails, the first
 * calls would else wait for a login each, all at once. Where the database is asked, its connections are there, and this
 * leaves them to who asks.
 *
 * <p>Looks at intervals and gives up at the first trouble until the next one: a server that is down is asked for one
 * connection.
 */
final class ReadyConnections {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyConnections.class);

    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Time time;
    private final Lane lane;
    private final ConnectionPool pool;
    private final int count;
    private final String question;
    private volatile Timers.@Nullable Timer next;
    private volatile boolean closed;

    /** @param poolSize how many connections there are at most */
    ReadyConnections(Time time, Lane lane, ConnectionPool pool, int poolSize, Tables tables) {
        this.time = time;
        this.lane = lane;
        this.pool = pool;
        this.count = poolSize;
        this.question = tables.in("select 1 from {records} limit 1");
    }

    /** Begins; called once the tables are there. */
    void start() {
        lane.submit(PATIENCE.multipliedBy(count + 1L), attempt -> {
                    pool.warm(attempt, count, PATIENCE, session -> session.execute(question));
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.debug("The connections were not all made ready", failure);
                    }
                    if (!closed) {
                        next = time.timers().schedule(INTERVAL, this::start);
                    }
                });
    }

    void close() {
        closed = true;
        Timers.Timer last = next;
        if (last != null) {
            last.cancel();
        }
    }
}
