package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Receipt;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes of one key at the same time that arrive at Redis in another order than their versions. */
class ReorderedWritesTest {

    private static final Duration MOMENT = Duration.ofMillis(1);

    private Quiet quiet;

    @BeforeEach
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterEach
    void speakAgain() {
        quiet.close();
    }

    /**
     * Nobody hears from Redis what became of them, so both go on to the database, which orders them by their versions.
     * Redis has to have ordered them so too, or what it has comes back when it can be reached again.
     */
    @Test
    void ifNobodyHearsWhatBecameOfThemTheDatabaseOrdersThemAsRedisDid() {
        Script script = new Script();
        script.p.link(script.redis()).slow(MOMENT.multipliedBy(2), Duration.ZERO);
        script.p.link(script.redis()).cutReplies();
        script.q.link(script.redis()).cutReplies();

        CompletableFuture<Receipt> first = script.p.calls().set("k", "first", Optional.empty());
        script.wait(MOMENT);
        CompletableFuture<Receipt> second = script.q.calls().set("k", "second", Optional.empty());
        assertThat(script.world.await(first).backend()).isEqualTo("sql");
        assertThat(script.world.await(second).backend()).isEqualTo("sql");
        assertThat(script.read(script.p, "k").value()).contains("second");
        assertThat(script.read(script.q, "k").value()).contains("second");

        script.p.link(script.redis()).heal();
        script.q.link(script.redis()).heal();
        script.settles("k", Optional.of("second"));
    }
}
