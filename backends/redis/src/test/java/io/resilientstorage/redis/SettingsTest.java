package io.resilientstorage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.Secret;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What settings mean, and what is said of those that are not legal. */
class SettingsTest {

    @ParameterizedTest
    @CsvSource({
        "redis://host, redis://host:6379",
        "redis://host:7000, redis://host:7000",
        "redis://host:7000/, redis://host:7000",
        "redis://host/5, redis://host:6379/5",
        "rediss://host, rediss://host:6379",
        "redis://under_score.local:1, redis://under_score.local:1",
        "redis://[::1]:7000/2, redis://[::1]:7000/2",
        "redis://user:secret@host:7000, redis://host:7000",
        "redis://:secret@10.0.0.1, redis://10.0.0.1:6379",
        "'redis-sentinel://a,b:1?sentinelMasterId=m', 'redis-sentinel://a:26379,b:1?sentinelMasterId=m'",
        "'rediss-sentinel://u:secret@a/3?sentinelMasterId=m.1', 'rediss-sentinel://a:26379/3?sentinelMasterId=m.1'",
        "'redis-sentinel://a,[::1]:2/0#my-master', 'redis-sentinel://a:26379,[::1]:2?sentinelMasterId=my-master'",
        "'redis-cluster://a,b:7001', 'redis-cluster://a:6379,b:7001'",
        "'rediss-cluster://:secret@a/', 'rediss-cluster://a:6379'",
    })
    void aUrlSaysWhereTheServerIs(String url, String address) {
        assertThat(settings(url, Map.of()).address()).hasToString(address);
    }

    @ParameterizedTest
    @CsvSource({
        "redis://app:secret@host, app, secret",
        "redis://:secret@host, '', secret",
        "redis://a%3Ab:p%40s%2Fs+%25@host, a:b, p@s/s+%",
        "redis://app:a:b@host, app, a:b",
        "redis://app:p@ss@host, app, p@ss",
    })
    void aUrlMayHoldALogin(String url, String user, String password) {
        Login login = settings(url, Map.of()).login().orElseThrow();
        assertThat(login.username().orElse("")).isEqualTo(user);
        assertThat(login.password().value()).isEqualTo(password);
        assertThat(login.toString()).doesNotContain(password);
    }

    @Test
    void settingsBesideTheUrlOverrideIt() {
        BackendSettings settings = new BackendSettings(
                "cache",
                "redis://a:b@host",
                Optional.of("c"),
                Optional.of(new Secret("d")),
                1,
                true,
                Duration.ofMillis(250),
                Optional.empty(),
                Map.of());
        Login login = RedisSettings.of(settings).login().orElseThrow();
        assertThat(login).isEqualTo(new Login(Optional.of("c"), new Secret("d")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "redis",
                "redis://",
                "redis:///1",
                "http://host",
                "redis://host:port",
                "redis://host:0",
                "redis://host:65536",
                "redis://host:999999999",
                "redis://host/x",
                "redis://host/1000001",
                "redis://host?timeout=1s",
                "redis://host#x",
                "redis://ho st",
                "redis://s3cr3t@host",
                "redis://s3cr3t%4@host:1",
                "redis://:s3cr3t%zz@host",
                "redis://a:s3cr3t@host:x",
                "redis://a:s3cr3t@a,b",
                "redis://a:s3cr3t@host?sentinelMasterId=m",
                "redis-sentinel://a:s3cr3t@a,b",
                "redis-sentinel://a:s3cr3t@a,?sentinelMasterId=m",
                "redis-sentinel://a:s3cr3t@a?sentinelMasterId=m&x=1",
                "redis-sentinel://a:s3cr3t@a?sentinelMasterId=m m",
                "redis-cluster://a:s3cr3t@a/1",
                "redis-cluster://a:s3cr3t@a#m",
                "redis-socket://a:s3cr3t@a",
            })
    void aUrlThatIsNotLegalIsRefusedWithoutTellingIt(String url) {
        assertThatThrownBy(() -> settings(url, Map.of()))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo("backends.cache.url"))
                .satisfies(e -> {
                    StringWriter text = new StringWriter();
                    e.printStackTrace(new PrintWriter(text));
                    assertThat(text.toString()).doesNotContain("s3cr3t");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "requestQueueSize, 0, 1 to 1000000",
        "requestQueueSize, 1000001, 1 to 1000000",
        "requestQueueSize, many, whole number",
        "connectTimeout, 5ms, 10ms to 1m",
        "connectTimeout, 2m, 10ms to 1m",
        "connectTimeout, 5, not a duration",
        "durable, perhaps, true or false",
        "caFile, /no/such/file.pem, no file that can be read",
        "requestQueSize, 5, 'known are caFile, connectTimeout, durable, requestQueueSize, sentinelPassword, sentinelUsername'",
    })
    void anOptionThatIsNotLegalIsRefusedWithItsNameAndBound(String option, String value, String problem) {
        assertThatThrownBy(() -> settings("redis://host", Map.of(option, value)))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo("backends.cache.options." + option))
                .hasMessageContaining(problem);
    }

    @Test
    void sentinelsHaveALoginOfTheirOwnOrNone() {
        String url = "redis-sentinel://app:secret@a?sentinelMasterId=m";
        assertThat(settings(url, Map.of()).sentinelLogin()).isEmpty();
        RedisSettings both = settings(url, Map.of("sentinelUsername", "watcher", "sentinelPassword", "s3cr3t"));
        assertThat(both.sentinelLogin()).contains(new Login(Optional.of("watcher"), new Secret("s3cr3t")));
        assertThat(both.login().orElseThrow().username()).contains("app");
        assertThat(both.toString()).doesNotContain("s3cr3t").doesNotContain("secret");
        assertThatThrownBy(() -> settings(url, Map.of("sentinelUsername", "watcher")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("without sentinelPassword");
        assertThatThrownBy(() -> settings("redis://a", Map.of("sentinelPassword", "s3cr3t")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("redis-sentinel://")
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void optionsHaveDefaultsAndCanBeSet() {
        RedisSettings defaults = settings("redis://host", Map.of());
        assertThat(defaults.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(defaults.requestQueueSize()).isEqualTo(10_000);
        assertThat(defaults.durable()).isFalse();
        RedisSettings set =
                settings("redis://host", Map.of("connectTimeout", "3s", "requestQueueSize", "7", "durable", "true"));
        assertThat(set.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(set.requestQueueSize()).isEqualTo(7);
        assertThat(set.durable()).isTrue();
    }

    @Test
    void theBackendIsVolatileUnlessItIsSaidToBeDurable() {
        RedisBackend.Builder builder = RedisBackend.builder("redis://host");
        assertThat(builder.build().traits().durability()).isEqualTo(Durability.VOLATILE);
        assertThat(builder.durable(true).build().traits().durability()).isEqualTo(Durability.DURABLE);
        assertThat(builder.build().traits().type()).isEqualTo(BackendType.REDIS);
        assertThat(builder.build().traits().scope()).isEqualTo(Scope.SHARED);
        assertThat(builder.build().traits().conditions()).isTrue();
    }

    @Test
    void theFactoryIsFoundAndKnowsItsSchemes() {
        BackendFactory factory = ServiceLoader.load(BackendFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(RedisBackendFactory.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(factory.supports("redis")).isTrue();
        assertThat(factory.supports("rediss")).isTrue();
        assertThat(factory.supports("redis-sentinel")).isTrue();
        assertThat(factory.supports("rediss-cluster")).isTrue();
        assertThat(factory.supports("postgresql")).isFalse();
        assertThat(factory.defaultName("rediss")).isEqualTo("redis");
        assertThat(factory.defaultAttemptTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(factory.create(backendSettings("redis://host", Map.of()))).isInstanceOf(RedisBackend.class);
    }

    private static RedisSettings settings(String url, Map<String, String> options) {
        return RedisSettings.of(backendSettings(url, options));
    }

    private static BackendSettings backendSettings(String url, Map<String, String> options) {
        return new BackendSettings(
                "cache",
                url,
                Optional.empty(),
                Optional.empty(),
                1,
                true,
                Duration.ofMillis(250),
                Optional.empty(),
                options);
    }
}
