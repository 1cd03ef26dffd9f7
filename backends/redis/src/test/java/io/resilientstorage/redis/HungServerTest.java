package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertNoAnswer;
import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static io.resilientstorage.redis.OpenRedis.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server is frozen: it takes connections and bytes, and answers nothing, until it goes on. */
class HungServerTest {

    private RedisProcess server;
    private OpenRedis redis;

    @BeforeEach
    void start() {
        server = RedisProcess.start();
        redis = OpenRedis.connected(RedisBackend.builder(server.url()));
        // The server knows the script from now on, so that a late call of it is no call of an unknown script.
        redis.apply(redis.live("first", "value"));
    }

    @AfterEach
    void end() {
        redis.close();
        server.close();
    }

    @Test
    void anAttemptEndsByItsTimeOutWithAnUnknownOutcome() {
        server.pause();
        long before = redis.time.clock().nanos();
        assertNoAnswer(failure(redis.applyLater(redis.live("key", "value"), ApplyRequest.NO_LIMIT, OpenRedis.ATTEMPT)));
        assertThat(Duration.ofNanos(redis.time.clock().nanos() - before))
                .isBetween(OpenRedis.ATTEMPT.minusMillis(5), OpenRedis.ATTEMPT.plusSeconds(2));
    }

    @Test
    void aWriteThatArrivesLateIsNotStored() {
        VersionedRecord late = redis.live("late", "value");
        VersionedRecord control = redis.live("control", "value");
        server.pause();
        long notAfter = redis.now() + OpenRedis.ATTEMPT.toMillis();
        CompletionStage<ApplyReply> lateWrite = redis.applyLater(late, notAfter, OpenRedis.ATTEMPT);
        CompletionStage<ApplyReply> controlWrite = redis.applyLater(control, ApplyRequest.NO_LIMIT, OpenRedis.ATTEMPT);
        assertNoAnswer(failure(lateWrite));
        assertNoAnswer(failure(controlWrite));
        await().until(() -> redis.now() > notAfter + 50);
        server.resume();
        redis.awaitConnected();
        await("the write without a not-after time shows that both arrived")
                .until(() -> redis.read("control") instanceof ReadAnswer.Hit);
        assertThat(redis.read("late")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void aWriteThatArrivesLateOverAConnectionThatWasGivenUpIsNotStored() {
        VersionedRecord late = redis.live("late", "value");
        VersionedRecord control = redis.live("control", "value");
        server.pause();
        long notAfter = redis.now() + OpenRedis.ATTEMPT.toMillis();
        CompletionStage<ApplyReply> lateWrite = redis.applyLater(late, notAfter, OpenRedis.ATTEMPT);
        CompletionStage<ApplyReply> controlWrite = redis.applyLater(control, ApplyRequest.NO_LIMIT, OpenRedis.ATTEMPT);
        assertNoAnswer(failure(lateWrite));
        assertNoAnswer(failure(controlWrite));
        awaitGivenUp();
        server.resume();
        redis.awaitConnected();
        await("the write without a not-after time shows that both arrived")
                .until(() -> redis.read("control") instanceof ReadAnswer.Hit);
        assertThat(redis.read("late")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void aSilentConnectionIsGivenUpAndCallsThenFailAtOnce() {
        server.pause();
        CompletionStage<ApplyReply> patient = redis.applyLater(redis.live("key", "value"));
        assertNoAnswer(failure(redis.readLater("key", OpenRedis.ATTEMPT)));
        BackendException givenUp = failure(patient);
        assertNoAnswer(givenUp);
        assertThat(givenUp).hasMessageContaining("nothing was answered for");
        awaitGivenUp();
        long before = redis.time.clock().nanos();
        for (int i = 0; i < 100; i++) {
            assertUnreachable(failure(redis.readLater("key", OpenRedis.PATIENCE)));
        }
        assertThat(Duration.ofNanos(redis.time.clock().nanos() - before)).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void aServerThatGoesOnIsReachedAgain() {
        var before = redis.probe().incarnation();
        server.pause();
        assertNoAnswer(failure(redis.readLater("key", OpenRedis.ATTEMPT)));
        awaitGivenUp();
        server.resume();
        redis.awaitConnected();
        assertThat(redis.probe().incarnation()).as("the same life").isEqualTo(before);
    }

    @Test
    void aShortPauseCostsNoConnection() {
        server.pause();
        assertNoAnswer(failure(redis.readLater("key", Duration.ofMillis(50))));
        server.resume();
        assertThat(redis.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void whatFindsNoRoomBesideCallsThatAreNotAnsweredGoesOnToAnotherBackend() {
        try (OpenRedis small = OpenRedis.connected(
                RedisBackend.builder(server.url()).requestQueueSize(5).attemptTimeout(OpenRedis.ATTEMPT))) {
            server.pause();
            List<CompletionStage<ReadReply>> underWay = Stream.generate(
                            () -> small.readLater("key", OpenRedis.PATIENCE))
                    .limit(5)
                    .toList();
            await("a refusal that blames the server").until(() -> {
                BackendException refusal = failure(small.readLater("key", OpenRedis.PATIENCE));
                return refusal.kind() == BackendException.Kind.UNAVAILABLE && refusal.outcomeKnown();
            });
            server.resume();
            assertThat(underWay)
                    .allSatisfy(call ->
                            assertThat(OpenRedis.result(call).answers()).containsExactly(ReadAnswer.Miss.NOTHING));
            assertThat(small.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
        }
    }

    private void awaitGivenUp() {
        await().until(() ->
                failure(redis.readLater("key", Duration.ofMillis(100))).outcomeKnown());
    }
}
