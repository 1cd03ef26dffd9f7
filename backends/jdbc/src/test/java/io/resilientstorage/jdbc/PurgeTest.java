package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is dead is removed after the tombstone life, a little at a time, and nothing else is. */
class PurgeTest {

    private static final long DAY = Duration.ofDays(1).toMillis();

    private static PostgresProcess postgres;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void empty() {
        postgres.execute("drop schema public cascade");
        postgres.execute("create schema public");
    }

    @ParameterizedTest
    @EnumSource
    void theDeadAreRemovedInSmallBatchesAndNobodyElse(SchemaTest.Database database) {
        try (Parts parts = parts(database)) {
            long now = parts.clock.millis();
            apply(parts, live("living", now - 3 * DAY, VersionedRecord.NEVER));
            apply(parts, live("living for a while", now - 3 * DAY, now + 3 * DAY));
            for (int i = 0; i < 6; i++) {
                List<VersionedRecord> dead = new ArrayList<>();
                for (int j = 0; j < 100; j++) {
                    dead.add(tombstone("deleted " + i + " " + j, now - 3 * DAY));
                    dead.add(live("ended " + i + " " + j, now - 3 * DAY, now - 2 * DAY));
                }
                apply(parts, dead.toArray(VersionedRecord[]::new));
            }
            assertThat(purge(parts)).as("too young: they came just now").isZero();
            age(parts, 2 * DAY);
            apply(parts, tombstone("deleted just now", now));
            apply(parts, live("ended just now", now, now + 1));
            apply(parts, tombstone("from ahead", now + 60_000));
            assertThat(List.of(purge(parts), purge(parts), purge(parts), purge(parts)))
                    .containsExactly(500, 500, 200, 0);
            assertThat(keys(parts))
                    .containsExactlyInAnyOrder(
                            "living", "living for a while", "deleted just now", "ended just now", "from ahead");
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoThatPurgeAtOnceShareTheWork(SchemaTest.Database database) {
        try (Parts parts = parts(database);
                Parts others = parts(database)) {
            long now = parts.clock.millis();
            List<VersionedRecord> dead = new ArrayList<>();
            for (int i = 0; i < 900; i++) {
                dead.add(tombstone("deleted " + i, now - 3 * DAY));
            }
            apply(parts, dead.toArray(VersionedRecord[]::new));
            age(parts, 2 * DAY);
            CompletionStage<Integer> one = purging(parts);
            CompletionStage<Integer> two = purging(others);
            assertThat(OpenedBackend.await(one) + OpenedBackend.await(two)).isGreaterThanOrEqualTo(500);
            assertThat(purge(parts) + purge(parts)).isLessThanOrEqualTo(400);
            assertThat(keys(parts)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasRemovedCannotComeBackByALateReplay(SchemaTest.Database database) {
        try (Parts parts = parts(database)) {
            long now = parts.clock.millis();
            apply(parts, tombstone("deleted", now - 3 * DAY));
            age(parts, 2 * DAY);
            assertThat(purge(parts)).isEqualTo(1);
            Change late = Change.of(live("deleted", now - 4 * DAY, VersionedRecord.NEVER));
            assertThat(apply(parts, ApplyKind.REPLAY, List.of(late)))
                    .extracting(ApplyResult::status)
                    .containsExactly(ApplyStatus.TOO_OLD);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFloorIsTheHighestPositionThatWasRemoved(SchemaTest.Database database) {
        try (Parts parts = parts(database);
                Parts others = parts(database)) {
            long now = parts.clock.millis();
            apply(parts, tombstone("first", now - 3 * DAY));
            apply(parts, live("living", now - 3 * DAY, VersionedRecord.NEVER));
            apply(parts, tombstone("second", now - 3 * DAY));
            long second = number(parts, "select max(position) from {records}");
            age(parts, 2 * DAY);
            apply(parts, tombstone("young", now));
            assertThat(floor(parts)).as("nothing was removed yet").isZero();
            CompletionStage<Integer> one = purging(parts);
            CompletionStage<Integer> other = purging(others);
            assertThat(OpenedBackend.await(one) + OpenedBackend.await(other)).isEqualTo(2);
            assertThat(floor(parts)).isEqualTo(second);
            assertThat(purge(parts)).isZero();
            assertThat(floor(parts)).as("nothing more was removed").isEqualTo(second);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyThatPurgeAtOnceNoteTheHighestOfAllThatTheyRemove(SchemaTest.Database database) {
        try (Parts parts = parts(database);
                Parts others = parts(database)) {
            long now = parts.clock.millis();
            for (int i = 0; i < 15; i++) {
                List<VersionedRecord> dead = new ArrayList<>();
                for (int j = 0; j < 100; j++) {
                    dead.add(tombstone("deleted " + i + " " + j, now - 3 * DAY));
                }
                apply(parts, dead.toArray(VersionedRecord[]::new));
            }
            long last = number(parts, "select max(position) from {records}");
            age(parts, 2 * DAY);
            List<CompletionStage<Integer>> purging = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                purging.add(purging(i % 2 == 0 ? parts : others));
            }
            purging.forEach(OpenedBackend::await);
            while (purge(parts) > 0) {
                assertThat(floor(parts)).isPositive();
            }
            assertThat(floor(parts)).isEqualTo(last);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSentinelStays(SchemaTest.Database database) {
        try (Parts parts = parts(database)) {
            Sentinels sentinels = new Sentinels(parts.lane, parts.calls, parts.dialect, OpenedBackend.TIMEOUT);
            Sentinel sentinel = new Sentinel("s", Warmth.WARM, 1, "");
            Incarnation life = OpenedBackend.await(sentinels.read()).incarnation();
            assertThat(OpenedBackend.await(sentinels.compareAndSet(life, Optional.empty(), sentinel)))
                    .isTrue();
            apply(parts, tombstone("deleted", parts.clock.millis() - 3 * DAY));
            age(parts, 2 * DAY);
            assertThat(purge(parts)).isEqualTo(1);
            assertThat(OpenedBackend.await(sentinels.read()).sentinel()).contains(sentinel);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hintsStay(SchemaTest.Database database) {
        try (Parts parts = parts(database)) {
            long now = parts.clock.millis();
            Change hinted = new Change(tombstone("deleted", now - 3 * DAY), Condition.none(), Set.of("redis"));
            apply(parts, List.of(hinted));
            age(parts, 2 * DAY);
            assertThat(purge(parts)).isEqualTo(1);
            assertThat(number(parts, "select count(*) from {hints}")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesGoOnWhileThePurgeIsAtWork(SchemaTest.Database database) {
        try (Parts parts = parts(database)) {
            long now = parts.clock.millis();
            List<VersionedRecord> dead = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                dead.add(tombstone("key " + i, now - 3 * DAY));
            }
            apply(parts, dead.toArray(VersionedRecord[]::new));
            age(parts, 2 * DAY);
            CompletionStage<Integer> purge = purging(parts);
            for (int i = 0; i < 50; i++) {
                apply(parts, live("key " + i, now, VersionedRecord.NEVER));
            }
            assertThat(OpenedBackend.await(purge)).isBetween(350, 400);
            assertThat(keys(parts)).hasSize(50);
        }
    }

    private Parts parts(SchemaTest.Database database) {
        return new Parts(Parts.target(
                database == SchemaTest.Database.POSTGRESQL
                        ? postgres.url()
                        : "sqlite:" + folder.resolve("storage.db")));
    }

    private static VersionedRecord tombstone(String key, long at) {
        return new VersionedRecord(key(key), Version.of(at, 0, 1), Content.tombstone(), VersionedRecord.NEVER);
    }

    private static VersionedRecord live(String key, long at, long expiresAt) {
        return new VersionedRecord(key(key), Version.of(at, 0, 1), Content.value(new byte[] {1}), expiresAt);
    }

    private static RecordKey key(String key) {
        return OpenedBackend.key(key);
    }

    private static List<ApplyResult> apply(Parts parts, VersionedRecord... records) {
        return apply(parts, List.of(records).stream().map(Change::of).toList());
    }

    private static List<ApplyResult> apply(Parts parts, List<Change> changes) {
        return apply(parts, ApplyKind.SEED, changes);
    }

    private static List<ApplyResult> apply(Parts parts, ApplyKind kind, List<Change> changes) {
        ApplyRequest request = new ApplyRequest(kind, changes, 1, ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT);
        return OpenedBackend.await(parts.apply(request)).results();
    }

    private static int purge(Parts parts) {
        return OpenedBackend.await(purging(parts));
    }

    private static CompletionStage<Integer> purging(Parts parts) {
        Purge purge = new Purge(
                parts.time, parts.lane, parts.calls, parts.dialect, Parts.TOMBSTONE_LIFE, OpenedBackend.TIMEOUT);
        return parts.call(OpenedBackend.TIMEOUT, (session, life) -> purge.batch(session));
    }

    private static long floor(Parts parts) {
        return number(parts, "select floor from {meta}");
    }

    /** As if that much time had passed since they died. */
    private static void age(Parts parts, long millis) {
        parts.run((session, life) -> {
            session.execute(Parts.TABLES.in("update {records} set dead_at = dead_at - " + millis));
            return true;
        });
    }

    private static long number(Parts parts, String sql) {
        return parts.run((session, life) -> session.number(Parts.TABLES.in(sql)));
    }

    private static List<String> keys(Parts parts) {
        String all = parts.run((session, life) -> {
            StringBuilder keys = new StringBuilder();
            try (var statement = session.prepare(Parts.TABLES.in("select key from {records}"));
                    var rows = session.query(statement)) {
                while (rows.next()) {
                    keys.append(new String(rows.getBytes(1), StandardCharsets.UTF_8))
                            .append('\n');
                }
            }
            return keys.toString();
        });
        return all.lines().toList();
    }
}
