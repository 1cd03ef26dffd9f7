package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The server goes away and comes back; the backend object finds its way to it by itself. */
public interface RestartContract extends Contract {

    /** How long the server may take to come back. */
    Duration BACK_AGAIN = Duration.ofMinutes(1);

    @Test
    default void afterARestartTheSameBackendObjectServesAgainUnderANewIncarnation() throws Exception {
        Incarnation before = subject().probe().incarnation();
        subject().fixture().restartServer();
        awaitBack();
        Incarnation after = subject().probe().incarnation();
        assertThat(after).as("a restart is a new life").isNotEqualTo(before);
        VersionedRecord record = subject().live("key", subject().version(1), "after the restart");
        assertThat(subject().apply(ApplyKind.DIRECT, record).status()).isEqualTo(ApplyStatus.APPLIED);
        subject().assertHit(subject().read("key"), record);
        ReadRequest read = new ReadRequest(List.of(record.key()), Subject.GENERATION, Subject.TIMEOUT);
        assertThat(subject().await(subject().backend().read(read)).incarnation())
                .isEqualTo(after);
    }

    @Test
    default void callsDuringARestartEndAndFailuresAreSorted() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<List<RuntimeException>> failures =
                CompletableFuture.supplyAsync(() -> writeUntil(stop), task -> new Thread(task, "writer").start());
        try {
            subject().fixture().restartServer();
            awaitBack();
        } finally {
            stop.set(true);
        }
        assertThat(subject().await(failures))
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                BackendException.class,
                                sorted -> assertThat(sorted.kind())
                                        .isIn(BackendException.Kind.UNAVAILABLE, BackendException.Kind.REFUSED)));
    }

    private List<RuntimeException> writeUntil(AtomicBoolean stop) {
        List<RuntimeException> failures = new ArrayList<>();
        while (!stop.get()) {
            try {
                subject()
                        .apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"));
            } catch (RuntimeException e) {
                if (failures.size() < 100) {
                    failures.add(e);
                }
            }
        }
        return failures;
    }

    private void awaitBack() {
        await("the backend serves again")
                .atMost(BACK_AGAIN)
                .ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> subject()
                                .apply(
                                        ApplyKind.DIRECT,
                                        subject().live("back", subject().version(1), "yes"))
                                .status()
                        == ApplyStatus.APPLIED);
    }
}
