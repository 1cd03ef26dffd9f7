package io.resilientstorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.config.Samples;
import io.resilientstorage.config.Setting;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.routing.PriorityStrategy;
import io.resilientstorage.routing.RoutingStrategy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StorageBuilderTest {

    private static final Duration LONG = Duration.ofSeconds(7);
    private static final Duration SHORT = Duration.ofSeconds(6);

    static List<Setting<?>> all() {
        return Settings.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    <T> void theBuilderAndPropertiesGiveTheSame(Setting<T> setting) {
        T value = Samples.other(setting);

        StorageSettings built = ResilientStorage.builder()
                .set(Settings.CIRCUIT_BREAKER_INITIAL_RESET, Duration.ofMillis(10))
                .set(setting, value)
                .settings();
        StorageSettings read = ResilientStorage.builder()
                .properties(Map.of(Settings.CIRCUIT_BREAKER_INITIAL_RESET.name(), "10ms"))
                .properties(Map.of(setting.name(), setting.kind().format(value)))
                .settings();

        assertThat(built.get(setting)).isEqualTo(value).isNotEqualTo(setting.defaultValue());
        assertThat(Settings.all()).allSatisfy(any -> assertThat(read.get(any)).isEqualTo((Object) built.get(any)));
    }

    /** The methods of the builder that are named after a setting. */
    static Stream<Method> namedMethods() {
        List<String> names = Settings.all().stream().map(Setting::name).toList();
        return Arrays.stream(StorageBuilder.class.getMethods())
                .filter(method -> names.contains(method.getName()))
                .filter(method -> method.getParameterTypes()[0] != RoutingStrategy.class);
    }

    @ParameterizedTest
    @MethodSource("namedMethods")
    void aMethodNamedAfterASettingSetsIt(Method method) throws ReflectiveOperationException {
        Setting<?> setting = setting(method.getName());
        Object value = Samples.other(setting);
        StorageBuilder builder =
                ResilientStorage.builder().set(Settings.CIRCUIT_BREAKER_INITIAL_RESET, Duration.ofMillis(10));

        method.invoke(builder, fitting(method, value));

        assertThat((Object) builder.settings().get(setting)).isEqualTo(value);
    }

    static Stream<Method> namedMethodsThatMayRefuse() {
        return namedMethods().filter(method -> method.getParameterTypes()[0] != boolean.class);
    }

    @ParameterizedTest
    @MethodSource("namedMethodsThatMayRefuse")
    void aMethodRefusesWhatTheSettingRefuses(Method method) {
        Class<?> type = method.getParameterTypes()[0];
        Object bad = type == int.class ? (Object) 0 : type == Duration.class ? Duration.ofSeconds(-1) : null;

        assertThatThrownBy(() -> method.invoke(ResilientStorage.builder(), bad))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(InvalidSettingException.class)
                .cause()
                .hasMessageContaining("'" + method.getName() + "' is ")
                .hasMessageContaining(setting(method.getName()).kind().bounds());
    }

    @Test
    void theSettingsThatMostUsersNeedHaveMethods() {
        assertThat(namedMethods().map(Method::getName))
                .contains(
                        "strategy",
                        "callTimeout",
                        "maxWaitingCalls",
                        "healthCheckInterval",
                        "circuitBreakerThreshold",
                        "circuitBreakerReset",
                        "circuitBreakerInitialReset",
                        "failbackDelay",
                        "memory");
    }

    private static Setting<?> setting(String name) {
        return Settings.all().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Object fitting(Method method, Object value) {
        return method.getParameterTypes()[0] == int.class ? (Object) Math.toIntExact((Long) value) : value;
    }

    @Test
    void whatIsSetLaterReplacesWhatWasSetBefore() {
        Map<String, String> properties = Map.of("callTimeout", "6s");

        assertThat(ResilientStorage.builder()
                        .callTimeout(LONG)
                        .properties(properties)
                        .settings()
                        .get(Settings.CALL_TIMEOUT))
                .isEqualTo(SHORT);
        assertThat(ResilientStorage.builder()
                        .properties(properties)
                        .callTimeout(LONG)
                        .settings()
                        .get(Settings.CALL_TIMEOUT))
                .isEqualTo(LONG);
    }

    static List<Consumer<StorageBuilder>> waysToSetAStrategy() {
        return List.of(
                builder -> builder.strategy(Strategy.PRIORITY),
                builder -> builder.set(Settings.STRATEGY, Strategy.PRIORITY),
                builder -> builder.properties(Map.of("strategy", "priority")));
    }

    @ParameterizedTest
    @MethodSource("waysToSetAStrategy")
    void aStrategyThatIsSetLaterReplacesAUsersOwn(Consumer<StorageBuilder> later) {
        AtomicInteger asked = new AtomicInteger();
        RoutingStrategy own = view -> {
            asked.incrementAndGet();
            return new PriorityStrategy().route(view);
        };
        StorageBuilder builder = ResilientStorage.builder().strategy(own);
        builder.build().close();
        int before = asked.getAndSet(0);

        later.accept(builder);
        builder.build().close();

        assertThat(before).isPositive();
        assertThat(asked).hasValue(0);
    }

    @SuppressWarnings("NullAway") // users may have no NullAway
    static List<Consumer<StorageBuilder>> nulls() {
        return List.of(
                b -> b.backend((String) null),
                b -> b.backend((Backend) null),
                b -> b.backend("memory:", null),
                b -> b.backend(new DownBackend(), null),
                b -> b.strategy((Strategy) null),
                b -> b.strategy((RoutingStrategy) null),
                b -> b.callTimeout(null),
                b -> b.healthCheckInterval(null),
                b -> b.failbackDelay(null),
                b -> b.set(Settings.MEMORY, null),
                b -> b.set(null, true),
                b -> b.properties(null),
                b -> b.onEvent(null),
                b -> b.time(null));
    }

    @ParameterizedTest
    @MethodSource("nulls")
    void nullIsRefusedAtOnce(Consumer<StorageBuilder> call) {
        assertThatThrownBy(() -> call.accept(ResilientStorage.builder()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("null");
    }
}
