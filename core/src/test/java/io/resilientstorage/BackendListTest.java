package io.resilientstorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.BackendOptions;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.Secret;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.routing.RoundRobinStrategy;
import io.resilientstorage.routing.Route;
import io.resilientstorage.routing.RoutingStrategy;
import io.resilientstorage.routing.RoutingView;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendListTest {

    private static StorageBuilder builder() {
        return ResilientStorage.builder();
    }

    private static Map<String, Integer> priorities(StorageBuilder builder) {
        try (ResilientStorage storage = builder.build()) {
            Map<String, Integer> priorities = new java.util.LinkedHashMap<>();
            storage.healthStatus().backends().forEach((name, status) -> priorities.put(name, status.priority()));
            return priorities;
        }
    }

    private static void assertRefused(StorageBuilder builder, String setting, String... parts) {
        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo(setting))
                .hasMessageContaining("'" + setting + "'")
                .hasMessageContainingAll(parts);
    }

    @Test
    void withoutAnyBackendMemoryServes() {
        assertThat(priorities(builder())).containsExactly(Map.entry("memory", 999));
    }

    @Test
    void memoryIsAddedLastUnlessThereIsOneOrItIsSwitchedOff() {
        assertThat(priorities(builder().backend(new DownBackend())))
                .containsExactly(Map.entry("custom", 1), Map.entry("memory", 999));
        assertThat(priorities(builder().backend(new DownBackend()).memory(false)))
                .containsExactly(Map.entry("custom", 1));
        assertThat(priorities(builder().backend("memory:", o -> o.name("heap").priority(5))))
                .containsExactly(Map.entry("heap", 5));
    }

    @Test
    void whatAUserDoesNotSayComesFromThePlaceInTheListAndFromTheFactory() {
        assertThat(priorities(builder()
                        .memory(false)
                        .backend("KNOWN://a", o -> o.priority(9))
                        .backend("jdbc:known:b", o -> o.name("b"))
                        .properties(Map.of("backends.c.url", "known:"))))
                .containsExactly(Map.entry("b", 2), Map.entry("c", 3), Map.entry("known", 9));
    }

    @Test
    void theFactoryIsHandedWhatTheUserSaid() {
        BackendOptions options = new BackendOptions()
                .url("known://app:hunter2@host")
                .password("other")
                .option("a", "1");
        BackendSettings settings = options.settings("known", 1, new KnownSchemeFactory().defaultAttemptTimeout());

        assertThat(settings.url()).isEqualTo("known://app:hunter2@host");
        assertThat(settings.password()).contains(new Secret("other"));
        assertThat(settings.attemptTimeout()).isEqualTo(Duration.ofMillis(123));
        assertThat(settings.options()).containsExactly(Map.entry("a", "1"));
    }

    @Test
    void twoBackendsOfOneNameAreRefused() {
        assertRefused(builder().backend("known://a").backend("known://b"), "backends.name", "'known'", "2", "unique");
        assertRefused(
                builder().backend(new DownBackend(), o -> o.name("memory").priority(1)),
                "backends.name",
                "'memory'",
                "unique");
    }

    @Test
    void twoBackendsOfOnePriorityAreRefusedUnderFailover() {
        StorageBuilder twoOfThree = builder()
                .backend("known://a", o -> o.name("a").priority(3))
                .backend("known://b", o -> o.name("b").priority(3));

        assertRefused(twoOfThree, "backends.b.priority", "is 3 as that of 'a'", "unique", "FAILOVER");
        assertRefused(
                builder().backend("known://a", o -> o.name("a").priority(999)),
                "backends.memory.priority",
                "is 999 as that of 'a'");
    }

    @ParameterizedTest
    @EnumSource(names = "FAILOVER", mode = EnumSource.Mode.EXCLUDE)
    void twoBackendsOfOnePriorityAreLegalUnderTheOtherStrategies(Strategy strategy) {
        assertThat(priorities(builder()
                        .strategy(strategy)
                        .memory(false)
                        .backend("known://a", o -> o.name("a").priority(3))
                        .backend("known://b", o -> o.name("b").priority(3))))
                .containsExactly(Map.entry("a", 3), Map.entry("b", 3));
    }

    @Test
    void aStrategyOfAUsersOwnSaysWhetherPrioritiesMustDiffer() {
        RoutingStrategy strict = new RoutingStrategy() {
            @Override
            public Route route(RoutingView view) {
                throw new AssertionError("the settings are refused before");
            }

            @Override
            public boolean needsDistinctPriorities() {
                return true;
            }
        };

        assertRefused(
                builder().strategy(strict).backend(new DownBackend(), o -> o.priority(999)),
                "backends.memory.priority",
                "unique");
    }

    @Test
    void aSchemeThatNobodyKnowsTellsWhichModuleIsMissing() {
        assertRefused(
                builder().backend("redis://user:hunter2@cache"),
                "backends.?.url",
                "'redis'",
                "redis-sentinel: and redis-cluster:",
                "resilient-storage-redis",
                "supabase:",
                "resilient-storage-jdbc");
        assertRefused(builder().backend("jdbc:oracle:thin:@db", o -> o.name("db")), "backends.db.url", "'jdbc:oracle'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache", "//cache", ":6379", "1redis://cache", "/var/lib/app.db", "hunter2@cache"})
    void aUrlWithoutASchemeIsRefused(String url) {
        assertRefused(builder().backend(url), "backends.?.url", "has no scheme, such as redis: or postgresql:");
    }

    @Test
    void aBackendOfPropertiesWithoutAUrlIsRefused() {
        assertRefused(builder().properties(Map.of("backends.db.priority", "1")), "backends.db.url", "is missing");
    }

    @Test
    void noBackendAtAllIsRefused() {
        assertRefused(builder().memory(false), "backends", "no backend is enabled, and memory is switched off");
        assertRefused(
                builder().memory(false).backend(new UntouchableBackend(), o -> o.enabled(false)),
                "backends",
                "no backend is enabled");
    }

    @Test
    void moreThan32BackendsAreRefused() {
        StorageBuilder most = builder();
        for (int i = 1; i <= 31; i++) {
            String name = "b" + i;
            most.backend(new DownBackend(), o -> o.name(name));
        }
        assertThat(priorities(most)).as("and memory").hasSize(32);

        assertRefused(most.backend(new DownBackend(), o -> o.name("b32")), "backends", "has 33", "at most 32");
    }

    @Test
    void aDisabledBackendIsNeverTouched() {
        UntouchableBackend untouchable = new UntouchableBackend();
        try (ResilientStorage storage = builder()
                .backend(untouchable, o -> o.enabled(false).priority(1))
                .properties(Map.of("backends.old.url", "gone://cache", "backends.old.enabled", "false"))
                .build()) {
            storage.set("key", "value");
            assertThat(storage.get("key")).contains("value");
            storage.delete("key");

            assertThat(storage.healthStatus().backends()).containsOnlyKeys("memory");
            assertThat(storage.healthStatus().backends().get("memory"))
                    .isNotNull()
                    .satisfies(status -> assertThat(status.type()).isEqualTo(BackendType.MEMORY));
            assertThatThrownBy(() -> storage.takeOffline("old")).hasMessageContaining("must be one of [memory]");
        }
        assertThat(untouchable.touched).hasValue(0);
    }

    @Test
    void aStrategyThatLetsSeveralBackendsAnswerRefusesActiveOnly() {
        StorageBuilder builder = builder().backend(new DownBackend()).writeMode(WriteMode.ACTIVE_ONLY);
        assertRefused(builder.strategy(Strategy.ROUND_ROBIN), "writeMode", "ACTIVE_ONLY", "MIRROR_ASYNC");
        assertRefused(builder.strategy(new RoundRobinStrategy()), "writeMode", "ROUND_ROBIN");
        assertThat(priorities(builder.strategy(Strategy.PRIORITY))).hasSize(2);
    }
}
