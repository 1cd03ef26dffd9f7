package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A batch of which one record is stored, and the other was lost to another process: nobody may say it was not stored.
 */
class PartlyStoredTest {

    private static PostgresProcess postgres;

    @BeforeAll
    static void start() {
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void whenItsTimeEndsInTheNextRoundTheOutcomeIsNotKnown() {
        try (Parts one = parts();
                Parts other = parts()) {
            CountDownLatch givenUp = new CountDownLatch(1);
            one.hooked.beforeStore(() -> {
                steal(other, "late b");
                one.hooked.beforeStore(givenUp::await);
            });
            BackendException failure =
                    OpenedBackend.failure(batch(one, Condition.none(), Duration.ofSeconds(1), "late a", "late b"));
            givenUp.countDown();
            assertThat(other.value("late a")).isEqualTo("batch");
            assertThat(other.value("late b")).isEqualTo("stolen");
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.outcomeKnown()).isFalse();
        }
    }

    @Test
    void whenItsConnectionIsLostInTheNextRoundItIsNotRunAnew() {
        try (Parts one = parts();
                Parts other = parts()) {
            one.hooked.beforeStore(() -> steal(other, "lost b"));
            one.hooked.afterStore(PartlyStoredTest::endConnections);
            BackendException failure =
                    OpenedBackend.failure(batch(one, Condition.ifAbsent(), OpenedBackend.TIMEOUT, "lost a", "lost b"));
            assertThat(other.value("lost a")).isEqualTo("batch");
            assertThat(failure.outcomeKnown()).as(failure.getMessage()).isFalse();
        }
    }

    @Test
    void controlOfWhichNothingIsStoredIsRunAnewWhenItsConnectionIsLost() {
        try (Parts one = parts();
                Parts other = parts()) {
            one.hooked.beforeStore(() -> {
                steal(other, "anew a");
                steal(other, "anew b");
            });
            one.hooked.afterStore(PartlyStoredTest::endConnections);
            assertThat(OpenedBackend.await(batch(one, Condition.none(), OpenedBackend.TIMEOUT, "anew a", "anew b"))
                            .results())
                    .extracting(ApplyResult::status)
                    .containsOnly(ApplyStatus.APPLIED);
        }
    }

    @Test
    void aLargeBatchThatFindsAnotherLifeBehindItsFirstRoundIsNotRunAnewEither() {
        String[] keys = keys("large");
        try (Parts one = parts();
                Parts other = parts()) {
            one.hooked.beforeStore(() -> steal(other, keys[0]));
            one.hooked.afterStore(() -> restart(one));
            BackendException failure =
                    OpenedBackend.failure(batch(one, Condition.ifAbsent(), Duration.ofSeconds(30), keys));
            assertThat(other.value(keys[1])).isEqualTo("batch");
            assertThat(failure.outcomeKnown()).as(failure.getMessage()).isFalse();
        }
    }

    @Test
    void controlALargeBatchOfWhichNothingIsStoredIsDecidedAnewInAnotherLife() {
        String[] keys = keys("large anew");
        try (Parts one = parts();
                Parts other = parts()) {
            one.hooked.beforeStore(() -> Stream.of(keys).forEach(key -> steal(other, key)));
            one.hooked.afterStore(() -> restart(one));
            assertThat(OpenedBackend.await(batch(one, Condition.none(), Duration.ofSeconds(30), keys))
                            .results())
                    .extracting(ApplyResult::status)
                    .containsOnly(ApplyStatus.APPLIED);
        }
    }

    private static String[] keys(String prefix) {
        return IntStream.range(0, 9).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    /** Ends the life of the database, and lets the process notice. */
    private static void restart(Parts parts) {
        postgres.kill();
        postgres.restart();
        await().ignoreExceptions().until(() -> parts.value("any").isEmpty());
    }

    private static void endConnections() {
        postgres.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                + " where application_name = 'resilient-storage'");
    }

    private static void steal(Parts other, String key) {
        OpenedBackend.await(other.write(ApplyKind.DIRECT, key, "stolen", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT));
    }

    private static CompletionStage<ApplyReply> batch(
            Parts parts, Condition condition, Duration timeout, String... keys) {
        List<Change> changes = Stream.of(keys)
                .map(key -> new Change(parts.record(key, "batch"), condition, Set.of()))
                .toList();
        return parts.apply(new ApplyRequest(ApplyKind.DIRECT, changes, 1, ApplyRequest.NO_LIMIT, timeout));
    }

    private static Parts parts() {
        return new Parts(Parts.target(postgres.url()));
    }
}
