package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Durability;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was acknowledged survives a restart of the server. For a backend that is DURABLE. */
public interface DurabilityContract extends Contract {

    @Test
    default void theBackendSaysThatItIsDurable() {
        assertThat(subject().backend().traits().durability()).isEqualTo(Durability.DURABLE);
    }

    @Test
    default void recordsTombstonesAndExpiredVersionsSurviveARestart() throws Exception {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            changes.add(Change.of(subject().live("key " + i, subject().version(i), "value " + i)));
        }
        subject().apply(ApplyKind.DIRECT, changes);
        VersionedRecord ending = subject()
                .expiring("ending", subject().version(1), "value", subject().now() + 600_000);
        subject().apply(ApplyKind.DIRECT, ending);
        subject()
                .apply(
                        ApplyKind.DIRECT,
                        subject().tombstone("deleted", subject().version(3)));
        subject()
                .apply(
                        ApplyKind.DIRECT,
                        subject()
                                .expiring(
                                        "ended",
                                        subject().version(3),
                                        "value",
                                        subject().now() - 1_000));
        restart();
        for (Change change : changes) {
            subject().assertHit(subject().read(change.record().key()), change.record());
        }
        subject().assertHit(subject().read("ending"), ending);
        for (String gone : List.of("deleted", "ended")) {
            subject().assertMiss(subject().read(gone), subject().version(3));
            assertThat(subject()
                            .apply(
                                    ApplyKind.REPLAY,
                                    subject().live(gone, subject().version(2), "late")))
                    .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, subject().version(3), false));
        }
    }

    @Test
    default void hintsSurviveARestart() throws Exception {
        String target = Subject.unique("target");
        for (String key : List.of("pending", "claimed", "parked")) {
            subject()
                    .apply(
                            ApplyKind.DIRECT,
                            new Change(
                                    subject().live(key, subject().version(1), "value"),
                                    Condition.none(),
                                    Set.of(target)));
        }
        Hint parked = new Hint(target, subject().key("parked"), subject().version(1), 0, 0);
        subject().await(subject().hints().park(List.of(parked)));
        List<Hint> before = subject().await(subject().hints().claim(target, 10, Duration.ofMillis(1)));
        assertThat(before).hasSize(2);
        restart();
        HintSummary summary = subject().await(subject().hints().summary(target));
        assertThat(summary.pending()).isEqualTo(2);
        assertThat(summary.parked()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(
                        subject().await(subject().hints().claim(target, 10, Duration.ofMillis(100))))
                .containsExactlyInAnyOrderElementsOf(before));
    }

    @Test
    default void theVersionOfARecordThatEndedIsKept() {
        VersionedRecord record = subject()
                .expiring("key", subject().version(2), "value", subject().askNow() + 50);
        subject().apply(ApplyKind.DIRECT, record);
        await().until(() -> subject().askNow() > record.expiresAt() + ExpiryContract.TOLERANCE_MILLIS);
        subject().assertMiss(subject().read("key"), record.version());
        assertThat(subject()
                        .apply(ApplyKind.REPLAY, subject().live("key", subject().version(1), "late")))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, record.version(), false));
        subject().assertMiss(subject().read("key"), record.version());
    }

    private void restart() throws Exception {
        subject().fixture().restartServer();
        await("the backend serves again")
                .atMost(RestartContract.BACK_AGAIN)
                .ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> subject().probe().degraded().isEmpty());
    }
}
