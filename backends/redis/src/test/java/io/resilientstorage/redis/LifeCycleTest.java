package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertNoAnswer;
import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static io.resilientstorage.redis.OpenRedis.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Opening, overload and closing. */
class LifeCycleTest {

    @Test
    void aServerThatIsDownAtTheStartIsServedFromWhenItComesUp() {
        try (RedisProcess server = RedisProcess.start()) {
            server.kill();
            try (OpenRedis redis = OpenRedis.open(RedisBackend.builder(server.url()))) {
                assertUnreachable(failure(redis.readLater("key", OpenRedis.PATIENCE)));
                redis.awaitFailure("refused");
                server.restart();
                redis.awaitConnected();
                assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
            }
        }
    }

    @Test
    void theFirstProbeWaitsForTheFirstConnection() {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.open(RedisBackend.builder(server.url()))) {
            assertThat(OpenRedis.result(redis.backend.probe(OpenRedis.PATIENCE)).degraded())
                    .isEmpty();
        }
    }

    @Test
    void theFirstProbeOfAHungServerEndsByItsTimeOut() {
        try (RedisProcess server = RedisProcess.start()) {
            server.pause();
            try (OpenRedis redis =
                    OpenRedis.open(RedisBackend.builder(server.url()).connectTimeout(OpenRedis.PATIENCE))) {
                long before = System.nanoTime();
                CompletionStage<?> probe = redis.backend.probe(OpenRedis.ATTEMPT);
                AtomicReference<Throwable> told = new AtomicReference<>(new AssertionError("nothing was told"));
                CompletionStage<?> end = probe.whenComplete((reply, failure) -> told.set(failure));
                assertUnreachable(failure(end));
                assertThat(told.get()).as("itself, not wrapped").isInstanceOf(BackendException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void aHostThatDoesNotExistIsUnavailableAndBlocksNobody() {
        long before = System.nanoTime();
        try (OpenRedis redis = OpenRedis.open(RedisBackend.builder("redis://no-such-host.invalid"))) {
            assertUnreachable(failure(redis.readLater("key", OpenRedis.PATIENCE)));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void beyondItsBoundACallIsRefusedAsOverloadAndNothingIsSent() {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(
                        RedisBackend.builder(server.url()).requestQueueSize(5).attemptTimeout(OpenRedis.PATIENCE))) {
            server.pause();
            List<CompletionStage<ApplyReply>> writes = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                writes.add(redis.applyLater(redis.live("taken " + i, "value")));
            }
            BackendException overload = failure(redis.applyLater(redis.live("too many", "value")));
            assertThat(overload.kind()).isEqualTo(BackendException.Kind.OVERLOADED);
            assertThat(overload.outcomeKnown()).isTrue();
            server.resume();
            writes.forEach(OpenRedis::result);
            assertThat(redis.apply(redis.live("room again", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    @Test
    void closingEndsWhatIsUnderWayAndAllThreads() {
        try (RedisProcess server = RedisProcess.start()) {
            OpenRedis redis =
                    OpenRedis.connected(RedisBackend.builder(server.url()).name("closing"));
            assertThat(threads("closing")).isNotEmpty();
            server.pause();
            CompletionStage<ApplyReply> write = redis.applyLater(redis.live("key", "value"));
            long before = System.nanoTime();
            redis.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(7));
            assertNoAnswer(failure(write));
            assertUnreachable(failure(redis.readLater("key", OpenRedis.PATIENCE)));
            await().untilAsserted(() -> assertThat(threads("closing")).isEmpty());
        }
    }

    @Test
    void closingWhileThereIsNoServerEndsAllThreads() {
        try (RedisProcess server = RedisProcess.start()) {
            server.kill();
            OpenRedis redis = OpenRedis.open(RedisBackend.builder(server.url()).name("unreached"));
            redis.awaitFailure("refused");
            redis.close();
            await().untilAsserted(() -> assertThat(threads("unreached")).isEmpty());
        }
    }

    @Test
    void aBackendThatIsNotOpenSaysSo() {
        RedisBackend backend = RedisBackend.builder("redis://localhost").build();
        assertThatThrownBy(() -> backend.probe(OpenRedis.ATTEMPT)).isInstanceOf(IllegalStateException.class);
        backend.close(Duration.ofSeconds(1));
    }

    private static Set<String> threads(String backend) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("resilient-storage-" + backend))
                .collect(Collectors.toSet());
    }
}
