package io.resilientstorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resilientstorage.api.AllBackendsFailedException;
import io.resilientstorage.api.StorageException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The password is {@code hunter2} wherever there is one. */
class SecretsTest {

    private static StorageBuilder builder() {
        return ResilientStorage.builder();
    }

    static List<StorageBuilder> whatIsRefused() {
        return List.of(
                builder().backend("redis://user:hunter2@cache"),
                builder().backend("redis://user:hunter2?@cache", o -> o.name("cache")),
                builder().backend("//user:hunter2@cache"),
                builder().backend("user:hunter2@cache"),
                builder().backend("known://a:hunter2@cache").backend("known://b:hunter2@cache"),
                builder().backend("known://a:hunter2@cache", o -> o.priority(999)),
                builder().backend("memory:", o -> o.password("hunter2").option("password", "hunter2")),
                builder().properties(Map.of("backends.a.password", "hunter2")),
                builder().properties(Map.of("backends.a.url", "nobody://a:hunter2@cache")));
    }

    @ParameterizedTest
    @MethodSource("whatIsRefused")
    void noErrorOfTheSettingsTellsAPassword(StorageBuilder builder) {
        Throwable error = catchThrowable(builder::build);

        assertThat(error).isInstanceOf(StorageException.class);
        assertThat(everythingIn(error)).doesNotContain("hunter2");
    }

    @Test
    void neitherTheLogNorStatusNorErrorsTellAPassword() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        root.setLevel(Level.DEBUG);
        try (ResilientStorage storage = builder()
                .memory(false)
                .backend(
                        "known://user:hunter2@cache", o -> o.password("hunter2").option("key", "hunter2"))
                .build()) {
            Throwable error = catchThrowable(() -> storage.set("key", "value"));

            assertThat(error).isInstanceOf(AllBackendsFailedException.class);
            assertThat(everythingIn(error)).doesNotContain("hunter2");
            assertThat(storage.healthStatus().toString()).contains("known").doesNotContain("hunter2");
        } finally {
            root.setLevel(level);
            root.detachAppender(log);
        }
        assertThat(log.list)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getFormattedMessage()).doesNotContain("hunter2"));
    }

    private static String everythingIn(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
