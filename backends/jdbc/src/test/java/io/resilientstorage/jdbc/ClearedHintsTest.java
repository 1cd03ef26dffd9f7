package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What comes between while hints are cleared in PostgreSQL, where a statement may have to wait for others. */
class ClearedHintsTest {

    private static final Duration CLAIM = Duration.ofMinutes(5);

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
    void aHintThatSomebodyRenewsMeanwhileStaysAndCanBeClaimedAtOnce() throws SQLException {
        try (OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build());
                Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            HintStore hints = storage.backend().hints().orElseThrow();
            write(storage, "renewed", List.of("key", "other"));
            List<Hint> claimed = OpenedBackend.await(hints.claim("renewed", 10, CLAIM));
            other.setAutoCommit(false);
            statement.execute("update resilient_storage_hints set version_time = version_time + 1"
                    + " where target = 'renewed' and key = 'key'");
            CompletableFuture<ClearReply> clearing = hints.clear(claimed).toCompletableFuture();
            await().during(Duration.ofMillis(200)).until(() -> !clearing.isDone());
            other.commit();
            OpenedBackend.await(clearing);
            assertThat(OpenedBackend.await(hints.claim("renewed", 10, CLAIM)))
                    .extracting(hint -> hint.key().key())
                    .containsExactly("key");
        }
    }

    @Test
    void aHintThatSomebodyClaimsMeanwhileIsCleared() throws SQLException {
        try (OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build());
                Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            HintStore hints = storage.backend().hints().orElseThrow();
            write(storage, "claimed", List.of("key"));
            List<Hint> claimed = OpenedBackend.await(hints.claim("claimed", 10, CLAIM));
            other.setAutoCommit(false);
            statement.execute("update resilient_storage_hints set claimed_until = 1 where target = 'claimed'");
            CompletableFuture<ClearReply> clearing = hints.clear(claimed).toCompletableFuture();
            await().during(Duration.ofMillis(200)).until(() -> !clearing.isDone());
            other.commit();
            OpenedBackend.await(clearing);
            assertThat(OpenedBackend.await(hints.summary("claimed")).pending()).isZero();
        }
    }

    /** More than go into one statement, and more than one version of a key. */
    @Test
    void manyAreClearedByTheirNewestDelivery() {
        try (OpenedBackend storage =
                new OpenedBackend(JdbcBackend.builder(postgres.url()).build())) {
            HintStore hints = storage.backend().hints().orElseThrow();
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 2_500; i++) {
                keys.add("key " + i);
            }
            write(storage, "many", keys);
            List<Hint> older = OpenedBackend.await(hints.claim("many", 5_000, CLAIM));
            write(storage, "many", keys);
            List<Hint> both = new ArrayList<>(older);
            assertThat(OpenedBackend.await(hints.clear(older)).incarnation())
                    .isEqualTo(storage.probe().incarnation());
            List<Hint> newer = OpenedBackend.await(hints.claim("many", 5_000, CLAIM));
            assertThat(newer).hasSize(2_500);
            both.addAll(newer);
            both.addAll(older);
            OpenedBackend.await(hints.clear(both));
            assertThat(OpenedBackend.await(hints.summary("many")).pending()).isZero();
        }
    }

    private static void write(OpenedBackend storage, String target, List<String> keys) {
        List<Change> changes = keys.stream()
                .map(key -> new Change(storage.record(key, "value"), Condition.none(), Set.of(target)))
                .toList();
        OpenedBackend.await(storage.backend()
                .apply(new ApplyRequest(ApplyKind.DIRECT, changes, 1, ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT)));
    }
}
