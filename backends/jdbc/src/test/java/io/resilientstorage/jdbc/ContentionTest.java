package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.Change;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many who write one key at once are no fault of the server. */
class ContentionTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

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
    void inOneProcessNobodyLosesARoundOverAHotKey() {
        AtomicInteger rounds = new AtomicInteger();
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.hooked.beforeEachStore(rounds::incrementAndGet);
            int writes = 200;
            List<CompletionStage<ApplyReply>> under = new ArrayList<>();
            for (int i = 0; i < writes / 4; i++) {
                for (int caller = 0; caller < 4; caller++) {
                    under.add(parts.write(ApplyKind.DIRECT, "hot", "value", ApplyRequest.NO_LIMIT, TIMEOUT));
                }
                under.forEach(write -> assertThat(
                                OpenedBackend.await(write).results().get(0).status())
                        .isEqualTo(ApplyStatus.APPLIED));
                under.clear();
            }
            assertThat(rounds).hasValue(writes);
        }
    }

    @Test
    void controlTwoProcessesLoseRoundsAndStoreEverythingNevertheless() throws Exception {
        try (Parts one = new Parts(Parts.target(postgres.url()));
                Parts other = new Parts(Parts.target(postgres.url()))) {
            CountDownLatch lost = new CountDownLatch(1);
            AtomicInteger rounds = new AtomicInteger();
            one.hooked.beforeEachStore(() -> {
                if (rounds.incrementAndGet() == 1) {
                    write(other, "shared");
                    lost.countDown();
                }
            });
            write(one, "shared");
            lost.await();
            assertThat(rounds).hasValue(2);
        }
    }

    @Test
    void whoRunsOutOfTimeOverLostRoundsMetContentionAndStoredNothing() {
        try (Parts one = new Parts(Parts.target(postgres.url()));
                Parts other = new Parts(Parts.target(postgres.url()))) {
            write(other, "stolen");
            one.hooked.beforeEachStore(() -> write(other, "stolen"));
            BackendException failure = OpenedBackend.failure(
                    one.write(ApplyKind.DIRECT, "stolen", "mine", ApplyRequest.NO_LIMIT, Duration.ofSeconds(1)));
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.OVERLOADED);
            assertThat(failure.outcomeKnown()).isTrue();
            assertThat(failure).hasMessageContaining("the same key");
            assertThat(other.value("stolen")).isEqualTo("value");
        }
    }

    @Test
    void whoseTurnDoesNotComeThoughTheLineMovesMetContention() throws Exception {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            CountDownLatch arrived = new CountDownLatch(1);
            CountDownLatch releaseFirst = new CountDownLatch(1);
            CountDownLatch releaseSecond = new CountDownLatch(1);
            AtomicInteger stores = new AtomicInteger();
            parts.hooked.beforeEachStore(() -> {
                if (stores.incrementAndGet() == 1) {
                    arrived.countDown();
                    releaseFirst.await();
                } else {
                    releaseSecond.await();
                }
            });
            CompletionStage<ApplyReply> first =
                    parts.write(ApplyKind.DIRECT, "held", "first", ApplyRequest.NO_LIMIT, TIMEOUT);
            arrived.await();
            CompletionStage<ApplyReply> second =
                    parts.write(ApplyKind.DIRECT, "held", "second", ApplyRequest.NO_LIMIT, TIMEOUT);
            // It comes into line by a thread of its own, which that of the third may overtake.
            await().until(ContentionTest::somebodyIsInLine);
            CompletionStage<ApplyReply> third =
                    parts.write(ApplyKind.DIRECT, "held", "third", ApplyRequest.NO_LIMIT, Duration.ofSeconds(1));
            long begun = System.nanoTime();
            // Others are served all the time.
            while (!third.toCompletableFuture().isDone()) {
                parts.value("elsewhere");
                if (System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(700)) {
                    releaseFirst.countDown();
                }
            }
            BackendException failure = OpenedBackend.failure(third);
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.OVERLOADED);
            assertThat(failure.outcomeKnown()).isTrue();
            releaseSecond.countDown();
            assertThat(OpenedBackend.await(first).results().get(0).status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(OpenedBackend.await(second).results().get(0).status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(parts.value("held")).isEqualTo("second");
        }
    }

    @Test
    void whoStandsBehindOneWhoGetsNoAnswerIsToldTheSameThoughOthersAreServed() throws Exception {
        try (Parts parts = new Parts(Parts.target(postgres.url()));
                Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            write(parts, "locked");
            other.setAutoCommit(false);
            statement.execute("select 1 from resilient_storage_records where key = 'locked' for update");
            CompletionStage<ApplyReply> first =
                    parts.write(ApplyKind.DIRECT, "locked", "1", ApplyRequest.NO_LIMIT, Duration.ofSeconds(1));
            CompletionStage<ApplyReply> second =
                    parts.write(ApplyKind.DIRECT, "locked", "2", ApplyRequest.NO_LIMIT, Duration.ofSeconds(1));
            while (!first.toCompletableFuture().isDone()
                    || !second.toCompletableFuture().isDone()) {
                parts.value("elsewhere");
            }
            assertThat(OpenedBackend.failure(first).kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(OpenedBackend.failure(second).kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(OpenedBackend.failure(second).outcomeKnown()).isTrue();
            other.rollback();
        }
    }

    @Test
    void aRowThatSomebodyLocksKeepsOneConnectionBusyHoweverManyWriteIt() throws Exception {
        try (OpenedBackend storage = new OpenedBackend(
                        JdbcBackend.builder(postgres.url()).poolSize(3).build());
                Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            storage.write("row", "before");
            other.setAutoCommit(false);
            statement.execute("select 1 from resilient_storage_records where key = 'row' for update");
            List<CompletionStage<ApplyReply>> writes = IntStream.range(0, 10)
                    .mapToObj(i -> storage.writing("row", "value " + i, TIMEOUT))
                    .toList();
            for (int i = 0; i < 20; i++) {
                assertThat(OpenedBackend.await(storage.backend().probe(Duration.ofSeconds(2)))
                                .degraded())
                        .isEmpty();
            }
            assertThat(writes).noneMatch(write -> write.toCompletableFuture().isDone());
            other.rollback();
            assertThat(writes)
                    .allMatch(
                            write -> OpenedBackend.await(write).results().get(0).status() == ApplyStatus.APPLIED);
        }
    }

    @Test
    void controlWhileTheServerHangsItIsTheServerThatIsToBlame() throws Exception {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            write(parts, "hung");
            parts.hooked.beforeStore(postgres::pause);
            try {
                CompletionStage<ApplyReply> first =
                        parts.write(ApplyKind.DIRECT, "hung", "1", ApplyRequest.NO_LIMIT, Duration.ofSeconds(1));
                CompletionStage<ApplyReply> second =
                        parts.write(ApplyKind.DIRECT, "hung", "2", ApplyRequest.NO_LIMIT, Duration.ofSeconds(1));
                assertThat(OpenedBackend.failure(first).kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(OpenedBackend.failure(second).kind()).isEqualTo(Kind.UNAVAILABLE);
            } finally {
                postgres.resume();
            }
        }
    }

    @Test
    void batchesThatShareKeysInDifferentOrdersAllEnd() {
        try (OpenedBackend storage =
                new OpenedBackend(JdbcBackend.builder(postgres.url()).build())) {
            List<CompletionStage<ApplyReply>> batches = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                int from = i;
                int size = i % 2 == 0 ? 5 : 40;
                List<Change> changes = IntStream.range(0, size)
                        .map(n -> (from * 7 + n * 3) % 50)
                        .distinct()
                        .mapToObj(n -> Change.of(storage.record("batch " + n, "value")))
                        .toList();
                batches.add(storage.backend()
                        .apply(new ApplyRequest(ApplyKind.DIRECT, changes, 1, ApplyRequest.NO_LIMIT, TIMEOUT)));
            }
            batches.forEach(batch -> assertThat(OpenedBackend.await(batch).results())
                    .allMatch(result -> result.status() == ApplyStatus.APPLIED));
        }
    }

    private static void write(Parts parts, String key) {
        assertThat(OpenedBackend.await(parts.write(ApplyKind.DIRECT, key, "value", ApplyRequest.NO_LIMIT, TIMEOUT))
                        .results()
                        .get(0)
                        .status())
                .isEqualTo(ApplyStatus.APPLIED);
    }

    private static boolean somebodyIsInLine() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(Turns.class.getName())
                        && frame.getMethodName().equals("waitIn"));
    }
}
