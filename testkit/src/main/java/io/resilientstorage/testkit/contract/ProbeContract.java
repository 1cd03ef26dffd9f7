package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A probe tells the truth about a backend that is well. */
public interface ProbeContract extends Contract {

    /** How far apart the clocks of the machines that run the test and the server may be. */
    Duration SANE_SKEW = Duration.ofMinutes(1);

    @Test
    default void aBackendThatIsWellIsNotDegraded() {
        assertThat(subject().probe().degraded()).isEmpty();
    }

    @Test
    default void theBackendsClockIsToldAndGoesOn() {
        long wall = subject().time().clock().wallMillis();
        long first = subject().askNow();
        long second = subject().askNow();
        assertThat(first).isBetween(wall - SANE_SKEW.toMillis(), wall + SANE_SKEW.toMillis());
        assertThat(second).isBetween(first, first + SANE_SKEW.toMillis());
    }

    @Test
    default void aStepOfTheWallClockDoesNotMoveTheBackendsClock() {
        long before = subject().askNow();
        subject().time().stepWallClock(Duration.ofDays(-30));
        assertThat(subject().askNow()).isBetween(before, before + SANE_SKEW.toMillis());
        subject().time().stepWallClock(Duration.ofDays(60));
        assertThat(subject().askNow()).isBetween(before, before + SANE_SKEW.toMillis());
    }

    @Test
    default void theIncarnationIsTheSameInEveryAnswerUntilARestart() {
        Incarnation incarnation = subject().probe().incarnation();
        ApplyRequest write = new ApplyRequest(
                ApplyKind.DIRECT,
                List.of(Change.of(subject().live("key", subject().version(1), "value"))),
                Subject.GENERATION,
                ApplyRequest.NO_LIMIT,
                Subject.TIMEOUT);
        ReadRequest read = new ReadRequest(List.of(subject().key("key")), Subject.GENERATION, Subject.TIMEOUT);
        assertThat(incarnation.id()).isNotEmpty();
        assertThat(subject().await(subject().backend().apply(write)).incarnation())
                .isEqualTo(incarnation);
        assertThat(subject().await(subject().backend().read(read)).incarnation())
                .isEqualTo(incarnation);
        assertThat(subject().probe().incarnation()).isEqualTo(incarnation);
    }

    @Test
    default void sixteenProbesAtOnceAllSucceed() throws Exception {
        List<ProbeReply> replies = Parallel.run(thread -> subject().probe());
        assertThat(replies).extracting(ProbeReply::degraded).allMatch(degraded -> degraded.isEmpty());
    }
}
