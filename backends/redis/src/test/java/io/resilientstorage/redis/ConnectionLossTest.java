package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertNoAnswer;
import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static io.resilientstorage.redis.OpenRedis.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server dies and comes back. */
class ConnectionLossTest {

    private RedisProcess server;
    private OpenRedis redis;

    @BeforeEach
    void start() {
        server = RedisProcess.start();
        redis = OpenRedis.connected(RedisBackend.builder(server.url()));
    }

    @AfterEach
    void end() {
        redis.close();
        server.close();
    }

    @Test
    void whatIsUnderWayWhenTheServerDiesFailsAtOnceWithAnUnknownOutcome() {
        server.pause();
        List<CompletionStage<ApplyReply>> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writes.add(redis.applyLater(redis.live("key " + i, "value")));
        }
        long killed = redis.time.clock().nanos();
        server.kill();
        for (CompletionStage<ApplyReply> write : writes) {
            assertNoAnswer(failure(write));
        }
        assertThat(Duration.ofNanos(redis.time.clock().nanos() - killed)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void whileThereIsNoServerCallsFailAtOnceAndNothingWasSent() {
        server.kill();
        await().until(() -> failure(redis.readLater("key", OpenRedis.PATIENCE)).outcomeKnown());
        long before = redis.time.clock().nanos();
        for (int i = 0; i < 100; i++) {
            assertUnreachable(failure(redis.applyLater(redis.live("key", "value"))));
            assertUnreachable(failure(redis.readLater("key", OpenRedis.PATIENCE)));
            assertUnreachable(failure(redis.backend.probe(OpenRedis.PATIENCE)));
        }
        assertThat(Duration.ofNanos(redis.time.clock().nanos() - before)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aServerThatEndsConnectionsBeforeItAnswersIsToldWithWhatToLookFor() {
        try (FaultyProxy proxy = FaultyProxy.to(server.port())) {
            proxy.inject(NetworkFault.reset());
            try (OpenRedis cut = OpenRedis.open(RedisBackend.builder("redis://127.0.0.1:" + proxy.port()))) {
                await().untilAsserted(() -> assertThat(failure(cut.readLater("key", OpenRedis.PATIENCE)))
                        .hasMessageContaining("max number of clients"));
            }
        }
    }

    @Test
    void aRestartedServerIsReachedWithinASecondOrSoUnderANewIncarnation() {
        Incarnation before = redis.probe().incarnation();
        server.kill();
        await().until(() -> failure(redis.readLater("key", OpenRedis.PATIENCE)).outcomeKnown());
        // Long enough for the pauses between tries to have grown to their longest.
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        server.restart();
        long back = redis.time.clock().nanos();
        redis.awaitConnected();
        assertThat(Duration.ofNanos(redis.time.clock().nanos() - back)).isLessThan(Duration.ofMillis(1_900));
        assertThat(redis.probe().incarnation()).isNotEqualTo(before);
        assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
    }

    @Test
    void nothingThatWasLostIsSentAgainAfterAReconnect() {
        server.pause();
        CompletionStage<ApplyReply> write = redis.applyLater(redis.live("key", "value"));
        server.kill();
        assertNoAnswer(failure(write));
        server.restart();
        redis.awaitConnected();
        assertThat(redis.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void everyAnswerCarriesTheIncarnationOfTheServerThatGaveIt() {
        List<Incarnation> lives = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ApplyReply reply = OpenRedis.result(redis.applyLater(redis.live("key", "value")));
            lives.add(reply.incarnation());
            assertThat(OpenRedis.result(redis.readLater("key", OpenRedis.PATIENCE))
                            .incarnation())
                    .isEqualTo(reply.incarnation());
            server.kill();
            server.restart();
            redis.awaitConnected();
        }
        assertThat(lives).doesNotHaveDuplicates();
    }

    @Test
    void callsWhileTheServerIsKilledAndRestartedFailAsUnavailableOrSucceed() {
        List<CompletionStage<ApplyReply>> writes = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 300; i++) {
                writes.add(redis.applyLater(redis.live("key " + i, "value"), ApplyRequest.NO_LIMIT, OpenRedis.ATTEMPT));
                if (i == 150) {
                    server.kill();
                }
            }
            server.restart();
            redis.awaitConnected();
        }
        for (CompletionStage<ApplyReply> write : writes) {
            try {
                OpenRedis.result(write);
            } catch (BackendException e) {
                assertThat(e.kind()).isEqualTo(BackendException.Kind.UNAVAILABLE);
            }
        }
    }
}
