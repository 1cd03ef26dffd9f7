package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static io.resilientstorage.redis.OpenRedis.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** User, password and database number, and that no password is ever told. */
class LoginTest {

    private static final String SECRET = "s3cr3t/p@ss+word";
    private static final String ENCODED = "s3cr3t%2Fp%40ss+word";

    @Test
    void aPasswordInTheUrlOrBesideItLogsIn() {
        try (RedisProcess server = RedisProcess.start("--requirepass", SECRET)) {
            assertServes(RedisBackend.builder("redis://:" + ENCODED + "@127.0.0.1:" + server.port()));
            assertServes(RedisBackend.builder("redis://:other@127.0.0.1:" + server.port())
                    .password(SECRET));
        }
    }

    @Test
    void aUserLogsIn() throws IOException {
        try (RedisProcess server = RedisProcess.start()) {
            server.command("ACL", "SETUSER", "app", "on", ">" + SECRET, "~rs:*", "+@all", "-@dangerous", "+info");
            assertServes(RedisBackend.builder("redis://app:" + ENCODED + "@127.0.0.1:" + server.port()));
            assertServes(RedisBackend.builder(server.url()).username("app").password(SECRET));
        }
    }

    @Test
    void aUserWhoMayNotWriteIsToldSoAndTheOutcomeIsKnown() throws IOException {
        try (RedisProcess server = RedisProcess.start()) {
            server.command("ACL", "SETUSER", "app", "on", ">" + SECRET, "~rs:*", "+@all", "-set");
            try (OpenRedis redis = OpenRedis.open(
                    RedisBackend.builder(server.url()).username("app").password(SECRET))) {
                await().atMost(OpenRedis.PATIENCE)
                        .ignoreExceptionsInstanceOf(BackendException.class)
                        .until(() -> redis.read("key") != null);
                assertUnreachable(failure(redis.applyLater(redis.live("key", "value"))));
            }
        }
    }

    @Test
    void databasesStayApart() {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis first = OpenRedis.connected(RedisBackend.builder(server.url() + "/3"));
                OpenRedis second = OpenRedis.connected(RedisBackend.builder(server.url() + "/4"));
                OpenRedis again = OpenRedis.connected(RedisBackend.builder(server.url() + "/3"))) {
            var record = first.live("key", "value");
            first.apply(record);
            assertThat(second.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
            assertThat(again.read("key")).isEqualTo(new ReadAnswer.Hit(record));
        }
    }

    @Test
    void aWrongPasswordIsUnavailableAndSaysWhyUntilItIsRight() throws IOException {
        try (RedisProcess server = RedisProcess.start("--requirepass", "another");
                OpenRedis redis =
                        OpenRedis.open(RedisBackend.builder(server.url()).password(SECRET))) {
            awaitReason(redis, "WRONGPASS");
            assertUnreachable(failure(redis.applyLater(redis.live("key", "value"))));
            server.kill();
        }
    }

    @Test
    void aMissingPasswordIsUnavailableAndSaysWhy() {
        try (RedisProcess server = RedisProcess.start("--requirepass", SECRET);
                OpenRedis redis = OpenRedis.open(RedisBackend.builder(server.url()))) {
            awaitReason(redis, "NOAUTH");
        }
    }

    @Test
    void noPasswordIsEverTold() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        List<Logger> loggers = List.of(logger("io.resilientstorage"), logger("io.lettuce"), logger("io.netty"));
        loggers.forEach(logger -> {
            logger.setLevel(Level.DEBUG);
            logger.setAdditive(false);
            logger.addAppender(appender);
        });
        appender.start();
        try (RedisProcess server = RedisProcess.start("--requirepass", SECRET);
                RedisProcess sentinel = RedisProcess.startSentinel("requirepass " + SECRET + "\n")) {
            RedisBackend.Builder right = RedisBackend.builder("redis://:" + ENCODED + "@127.0.0.1:" + server.port());
            RedisBackend.Builder wrong =
                    RedisBackend.builder("redis://app:not-" + ENCODED + "@127.0.0.1:" + server.port());
            assertThat(right.build().toString()).contains("127.0.0.1").doesNotContain("s3cr3t");
            assertServes(right);
            try (OpenRedis redis = OpenRedis.open(wrong)) {
                assertNotTold(awaitReason(redis, "WRONGPASS"));
            }
            RedisBackend.Builder builder = RedisBackend.builder(
                    "redis-sentinel://:" + ENCODED + "@127.0.0.1:" + sentinel.port() + "?sentinelMasterId=m");
            try (OpenRedis redis = OpenRedis.open(builder.sentinelPassword(SECRET))) {
                assertNotTold(awaitReason(redis, "knows no master"));
            }
            try (OpenRedis redis = OpenRedis.open(builder.sentinelPassword("not-" + SECRET))) {
                assertNotTold(awaitReason(redis, "WRONGPASS"));
            }
        } finally {
            loggers.forEach(logger -> {
                logger.detachAppender(appender);
                logger.setAdditive(true);
                logger.setLevel(null);
            });
        }
        assertThat(appender.list).isNotEmpty();
        for (ILoggingEvent event : List.copyOf(appender.list)) {
            assertThat(event.getFormattedMessage()).doesNotContain("s3cr3t");
            if (event.getThrowableProxy() != null) {
                assertThat(ThrowableProxyUtil.asString(event.getThrowableProxy()))
                        .doesNotContain("s3cr3t");
            }
        }
    }

    private static BackendException awaitReason(OpenRedis redis, String word) {
        BackendException failure = redis.awaitFailure(word);
        assertUnreachable(failure);
        return failure;
    }

    private static void assertNotTold(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain("s3cr3t");
    }

    private static void assertServes(RedisBackend.Builder builder) {
        try (OpenRedis redis = OpenRedis.connected(builder)) {
            assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
