package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.record.RecordKey;
import io.resilientstorage.time.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Those who write one key do so in the order in which they came. */
class TurnsTest {

    private static final List<RecordKey> KEY = List.of(new RecordKey("default", "hot"));

    private final Time time = Time.system();
    private final Turns turns = new Turns(time.clock());

    @AfterEach
    void close() {
        time.close();
    }

    private Turns.Turn take() throws SQLException {
        Duration patience = Duration.ofSeconds(20);
        return turns.take(new Attempt(time.clock(), new Progress(time.clock()), patience), KEY);
    }

    @Test
    void whoHasJustWrittenDoesNotPassByWhoWaits() throws Exception {
        AtomicBoolean served = new AtomicBoolean();
        AtomicReference<SQLException> failure = new AtomicReference<>();
        Turns.Turn first = take();
        Thread waiting = new Thread(() -> {
            try {
                Turns.Turn turn = take();
                served.set(true);
                turn.end();
            } catch (SQLException e) {
                failure.set(e);
            }
        });
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        first.end();
        Turns.Turn second = take();

        assertThat(served.get())
                .as("the one that waited was before the second turn")
                .isTrue();
        second.end();
        waiting.join();
        assertThat((Throwable) failure.get()).isNull();
    }
}
