package io.resilientstorage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.resilientstorage.api.InvalidSettingException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BackendOptionsTest {

    private static final String LONGEST_NAME = "a".repeat(64);

    @Test
    void textsGiveTheSameSettingsAsMethods() {
        BackendOptions methods = new BackendOptions()
                .name("cache")
                .url("redis://cache")
                .username("app")
                .password("hunter2")
                .priority(3)
                .enabled(false)
                .attemptTimeout(Duration.ofMillis(300))
                .slowCallDuration(Duration.ofMillis(200))
                .ttlCap(Duration.ofHours(1))
                .option("caFile", "/etc/ca.pem");
        Map<String, String> texts = Map.of(
                "url", " redis://cache ",
                "username", "app",
                "password", "hunter2",
                "priority", " 3 ",
                "enabled", " FALSE ",
                "attemptTimeout", " 300ms ",
                "slowCallDuration", " 200ms ",
                "ttlCap", "1h",
                "options.caFile", "/etc/ca.pem");
        BackendOptions parsed = new BackendOptions().name("cache");
        texts.forEach(parsed::parse);

        assertThat(complete(parsed)).isEqualTo(complete(methods));
        assertThat(BackendOptions.fields())
                .extracting(BackendOptions.Field::name)
                .map(name -> name.replace("NAME", "caFile"))
                .containsExactlyInAnyOrderElementsOf(texts.keySet());
    }

    @Test
    void whatIsNotSaidIsTheDefault() {
        BackendSettings settings = complete(new BackendOptions());

        assertThat(settings.name()).isEqualTo("default");
        assertThat(settings.priority()).isEqualTo(7);
        assertThat(settings.attemptTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.slowCallDuration()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.enabled()).isTrue();
        assertThat(settings.ttlCap()).isEmpty();
        assertThat(settings.username()).isEmpty();
        assertThat(settings.password()).isEmpty();
        assertThat(settings.options()).isEmpty();
    }

    private static BackendSettings complete(BackendOptions options) {
        return options.settings("default", 7, Duration.ofSeconds(1));
    }

    @Test
    void theSlowCallDurationScalesWithTheAttemptTimeoutAndMayReachIt() {
        assertThat(complete(new BackendOptions().attemptTimeout(Duration.ofMillis(250)))
                        .slowCallDuration())
                .isEqualTo(Duration.ofMillis(125));
        assertThat(complete(new BackendOptions().slowCallDuration(Duration.ofSeconds(1)))
                        .slowCallDuration())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aSlowCallDurationBeyondTheAttemptTimeoutIsRefusedWithBoth() {
        assertRefused(
                "backends.x.slowCallDuration",
                options -> complete(options.slowCallDuration(Duration.ofMillis(1_001))),
                "at most attemptTimeout, 1s",
                "1001ms");
    }

    @Test
    void blanksBelongToAPassword() {
        BackendOptions options = new BackendOptions().parse("password", " hunter2 ");

        assertThat(complete(options).password()).contains(new Secret(" hunter2 "));
    }

    static Stream<Arguments> boundsThatAreLegal() {
        return Stream.of(
                call(o -> o.name("a")),
                call(o -> o.name(LONGEST_NAME)),
                call(o -> o.name("my.redis_2-b")),
                call(o -> o.priority(0)),
                call(o -> o.priority(1_000_000)),
                call(o -> o.attemptTimeout(Duration.ofMillis(1))),
                call(o -> o.attemptTimeout(Duration.ofHours(1))),
                call(o -> o.slowCallDuration(Duration.ofMillis(1))),
                call(o -> o.slowCallDuration(Duration.ofHours(1))),
                call(o -> o.ttlCap(Duration.ofMillis(1))),
                call(o -> o.ttlCap(Duration.ofDays(36_500))));
    }

    @ParameterizedTest
    @MethodSource("boundsThatAreLegal")
    void boundsAreLegal(Consumer<BackendOptions> call) {
        call.accept(new BackendOptions());
    }

    static Stream<Arguments> badValues() {
        String name = "1 to 64 of the characters a-z 0-9 . _ -";
        String priority = "0 to 1000000";
        String attempt = "1ms to 1h";
        String cap = "1ms to 36500d";
        return Stream.of(
                bad("backends.name", "'Redis'", name, o -> o.name("Redis")),
                bad("backends.name", "''", name, o -> o.name("")),
                bad("backends.name", "'a b'", name, o -> o.name("a b")),
                bad("backends.name", LONGEST_NAME, name, o -> o.name(LONGEST_NAME + "a")),
                bad("backends.x.url", "blank", "", o -> o.url(" ")),
                bad("backends.x.priority", "-1", priority, o -> o.priority(-1)),
                bad("backends.x.priority", "1000001", priority, o -> o.priority(1_000_001)),
                bad("backends.x.priority", "'first'", priority, o -> o.parse("priority", "first")),
                bad("backends.x.priority", "4294967297", priority, o -> o.parse("priority", "4294967297")),
                bad("backends.x.enabled", "'maybe'", "true or false", o -> o.parse("enabled", "maybe")),
                bad("backends.x.attemptTimeout", "0s", attempt, o -> o.attemptTimeout(Duration.ZERO)),
                bad("backends.x.attemptTimeout", "61m", attempt, o -> o.attemptTimeout(Duration.ofMinutes(61))),
                bad("backends.x.attemptTimeout", "'250'", attempt, o -> o.parse("attemptTimeout", "250")),
                bad("backends.x.slowCallDuration", "0s", attempt, o -> o.slowCallDuration(Duration.ZERO)),
                bad("backends.x.slowCallDuration", "'1'", attempt, o -> o.parse("slowCallDuration", "1")),
                bad("backends.x.ttlCap", "0s", cap, o -> o.ttlCap(Duration.ZERO)),
                bad("backends.x.ttlCap", "36501d", cap, o -> o.ttlCap(Duration.ofDays(36_501))),
                bad("backends.x.ttlCap", "'1'", cap, o -> o.parse("ttlCap", "1")),
                bad("backends.x.options.", "no name", "", o -> o.option("", "value")),
                bad("backends.x.options.", "no name", "", o -> o.parse("options.", "value")));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aBadValueIsRefusedWithItsNameItsProblemAndTheBound(
            String setting, String problem, String bound, Consumer<BackendOptions> call) {
        assertRefused(setting, call, problem, bound);
    }

    @SuppressWarnings("NullAway") // users may have no NullAway
    static Stream<Arguments> nulls() {
        return Stream.of(
                bad("backends.name", "null", "", o -> o.name(null)),
                bad("backends.x.url", "null", "", o -> o.url(null)),
                bad("backends.x.username", "null", "", o -> o.username(null)),
                bad("backends.x.password", "null", "", o -> o.password(null)),
                bad("backends.x.attemptTimeout", "null", "", o -> o.attemptTimeout(null)),
                bad("backends.x.slowCallDuration", "null", "", o -> o.slowCallDuration(null)),
                bad("backends.x.ttlCap", "null", "", o -> o.ttlCap(null)),
                bad("backends.x.options", "null", "", o -> o.option(null, "value")),
                bad("backends.x.options.a", "null", "", o -> o.option("a", null)),
                bad("backends.x.password", "null", "", o -> o.parse("password", null)));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void nullIsRefused(String setting, String problem, String bound, Consumer<BackendOptions> call) {
        assertRefused(setting, call, problem, bound);
    }

    @ParameterizedTest
    @CsvSource({"pasword", "Url", "''", "name", "options"})
    void anUnknownFieldIsRefusedWithTheKnownOnesAndWithoutItsText(String field) {
        String[] known =
                BackendOptions.fields().stream().map(BackendOptions.Field::name).toArray(String[]::new);

        assertThatThrownBy(() -> new BackendOptions().name("x").parse(field, "hunter2"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("'backends.x." + field + "' is not known")
                .hasMessageContainingAll(known)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void fieldsAndOptionsOfOneBackendDoNotReachAnother() {
        BackendOptions options = new BackendOptions().option("a", "1");
        BackendSettings before = complete(options);
        options.option("b", "2");

        assertThat(before.options()).containsOnlyKeys("a");
    }

    private static void assertRefused(String setting, Consumer<BackendOptions> call, String... parts) {
        assertThatThrownBy(() -> call.accept(new BackendOptions().name("x")))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo(setting))
                .hasMessageContaining("'" + setting + "'")
                .hasMessageContainingAll(parts);
    }

    private static Arguments bad(String setting, String problem, String bound, Consumer<BackendOptions> call) {
        return arguments(setting, problem, bound, call);
    }

    private static Arguments call(Consumer<BackendOptions> call) {
        return arguments(call);
    }
}
