package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.api.StorageEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that is closed hands over what it can within its time, and says what it could not. */
class ClosingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Quiet quiet = new Quiet();
    private final Script script = new Script();
    private final List<StorageEvent.NotFlushed> notFlushed = new ArrayList<>();

    @BeforeEach
    void listen() {
        script.p.storage().onEvent(event -> {
            if (event instanceof StorageEvent.NotFlushed told) {
                notFlushed.add(told);
            }
        });
    }

    @AfterEach
    void speakAgain() {
        quiet.close();
    }

    @Test
    void whatIsPendingIsHandedOver() {
        script.p.link(script.sql()).slow(Duration.ofMillis(400), Duration.ZERO);
        script.set(script.p, "k", "one");
        assertThat(script.stands(script.sql(), "k")).isEmpty();

        script.p.beginClose(PATIENCE);
        script.wait(PATIENCE);

        assertThat(script.stands(script.sql(), "k")).contains("one");
        assertThat(notFlushed).isEmpty();
        script.settles("k", Optional.of("one"));
    }

    @Test
    void whatMemoryAloneHoldsIsHandedOverToWhoCanBeReachedAgain() {
        cut();
        assertThat(script.set(script.p, "k", "one").backend()).isEqualTo("memory");
        script.wait(Script.A_WHILE);
        script.p.link(script.redis()).heal();
        script.p.link(script.redis()).slow(Duration.ofMillis(50), Duration.ZERO);
        assertThat(script.world.schedule().advanceUntil(this::redisIsBack, Duration.ofMinutes(2)))
                .isTrue();
        assertThat(script.stands(script.redis(), "k")).isEmpty();

        script.p.beginClose(PATIENCE);
        script.wait(PATIENCE);

        assertThat(script.stands(script.redis(), "k")).contains("one");
        assertThat(notFlushed).allMatch(told -> told.backend().equals("sql"));
        script.settles("k", Optional.of("one"));
    }

    @Test
    void whatMemoryAloneHoldsIsToldAsLostIfNobodyCanBeReached() {
        cut();
        script.set(script.p, "k", "one");

        script.p.beginClose(PATIENCE);
        script.wait(PATIENCE);

        assertThat(notFlushed)
                .extracting(StorageEvent.NotFlushed::backend, StorageEvent.NotFlushed::records)
                .containsExactlyInAnyOrder(tuple("redis", 1L), tuple("sql", 1L));
        assertThat(notFlushed).noneMatch(StorageEvent.NotFlushed::hinted);
        script.settles("k", Optional.empty());
    }

    @Test
    void whatASharedBackendKeepsAHintForIsToldAsKept() {
        script.sql().faults().crash();
        script.set(script.p, "k", "one");

        script.p.beginClose(PATIENCE);
        script.wait(PATIENCE);

        assertThat(notFlushed).singleElement().satisfies(told -> {
            assertThat(told.backend()).isEqualTo("sql");
            assertThat(told.hinted()).isTrue();
        });
        script.settles("k", Optional.of("one"));
    }

    @Test
    void callsUnderWayEndAsTheyWouldHave() {
        script.p.link(script.redis()).slow(Duration.ofMillis(50), Duration.ZERO);
        CompletableFuture<Receipt> call = script.p.calls().set("k", "one", Optional.empty());

        script.p.beginClose(PATIENCE);

        assertThat(script.world.await(call).backend()).isEqualTo("redis");
        script.wait(PATIENCE);
        script.settles("k", Optional.of("one"));
    }

    @Test
    void callsThatDoNotEndInTimeAreEnded() {
        script.p.link(script.redis()).slow(Duration.ofMillis(100), Duration.ZERO);
        CompletableFuture<Receipt> call = script.p.calls().set("k", "one", Optional.empty());

        script.p.beginClose(Duration.ofMillis(20));
        script.wait(PATIENCE);

        assertThat(call).isCompletedExceptionally();
        assertThatThrownBy(call::join).hasCauseInstanceOf(StorageClosedException.class);
        script.world.settle();
        assertThat(script.world.violations()).isEmpty();
    }

    @Test
    void aProcessThatIsKilledWhileItClosesSaysNothingMore() {
        script.p.link(script.sql()).slow(Duration.ofMillis(400), Duration.ZERO);
        script.set(script.p, "k", "one");
        script.world.schedule().in(Duration.ofMillis(100), script.p::crash);

        script.p.beginClose(PATIENCE);
        script.wait(PATIENCE);

        assertThat(script.p.isAlive()).isFalse();
        assertThat(notFlushed).isEmpty();
        assertThat(script.world.story()).contains("is killed").doesNotContain("is closed");
        script.settles("k", Optional.of("one"));
    }

    private boolean redisIsBack() {
        BackendStatus redis = Objects.requireNonNull(
                script.p.storage().healthStatus().backends().get("redis"));
        return redis.circuit() == Circuit.CLOSED && redis.health() == Health.HEALTHY;
    }

    private void cut() {
        script.world.servers().forEach(server -> script.p.link(server).cut());
        script.wait(Duration.ofMillis(1));
    }
}
