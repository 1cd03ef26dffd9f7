package io.resilientstorage.routing;

import static io.resilientstorage.routing.Views.in;
import static io.resilientstorage.routing.Views.is;
import static io.resilientstorage.routing.Views.offline;
import static io.resilientstorage.routing.Views.ready;
import static io.resilientstorage.routing.Views.well;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;
import io.resilientstorage.config.Strategy;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the three strategies do with equal views. */
class StrategiesTest {

    private static final BackendView A = well("a", 1);
    private static final BackendView B = well("b", 2);
    private static final BackendView M = in(well("m", 999), Scope.PROCESS);

    /** A view, the active backend, and the order of writes of FAILOVER, PRIORITY and ROUND_ROBIN. */
    static Stream<Arguments> writes() {
        return Stream.of(
                row("at the start", Views.of(A, B, M), "a b m", "a b m", "a b m"),
                row("all well, a is active", Views.of(A, B, M).active("a"), "a b m", "a b m", "a b m"),
                row("a came back, b is active", Views.of(A, B, M).active("b"), "b a m", "a b m", "a b m"),
                row("a came back and is ready", Views.of(ready(A), B, M).active("b"), "a b m", "a b m", "a b m"),
                row(
                        "a is ready but not in sync",
                        Views.of(is(ready(A), Sync.CATCHING_UP), B, M).active("b"),
                        "b a m",
                        "a b m",
                        "a b m"),
                row(
                        "a is ready but COLD",
                        Views.of(is(ready(A), Sync.COLD), B, M).active("b"),
                        "b a m",
                        "a b m",
                        "a b m"),
                row(
                        "a is DEGRADED and active",
                        Views.of(is(A, Health.DEGRADED), B, M).active("a"),
                        "b a m",
                        "b a m",
                        "a b m"),
                row(
                        "both are DEGRADED, b is active",
                        Views.of(is(A, Health.DEGRADED), is(B, Health.DEGRADED), M)
                                .active("b"),
                        "b a m",
                        "a b m",
                        "a b m"),
                row(
                        "a is DEGRADED, b is active",
                        Views.of(is(A, Health.DEGRADED), B, M).active("b"),
                        "b a m",
                        "b a m",
                        "a b m"),
                row(
                        "b is DEGRADED and active, a not ready",
                        Views.of(A, is(B, Health.DEGRADED), M).active("b"),
                        "a b m",
                        "a b m",
                        "a b m"),
                row("a is UNHEALTHY", Views.of(is(A, Health.UNHEALTHY), B, M).active("b"), "b m a", "b m a", "b m a"),
                row("a's circuit is OPEN", Views.of(is(A, Circuit.OPEN), B, M).active("b"), "b m", "b m", "b m"),
                row("a is offline", Views.of(offline(A), B, M).active("b"), "b m", "b m", "b m"),
                row("b is back, memory was active", Views.of(offline(A), B, M).active("m"), "b m", "b m", "b m"),
                row(
                        "a DEGRADED one is back, memory was active",
                        Views.of(is(A, Health.DEGRADED), offline(B), M).active("m"),
                        "a m",
                        "a m",
                        "a m"),
                row("only memory is left", Views.of(offline(A), is(B, Circuit.OPEN), M), "m", "m", "m"));
    }

    private static Arguments row(String what, Views views, String failover, String priority, String roundRobin) {
        return Arguments.of(what, views, failover, priority, roundRobin);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    void eachStrategyOrdersWritesInItsOwnWay(
            String what, Views views, String failover, String priority, String roundRobin) {
        assertThat(String.join(" ", views.route(new FailoverStrategy()).writes()))
                .as("FAILOVER")
                .isEqualTo(failover);
        assertThat(String.join(" ", views.route(new PriorityStrategy()).writes()))
                .as("PRIORITY")
                .isEqualTo(priority);
        assertThat(String.join(" ", views.route(new RoundRobinStrategy()).writes()))
                .as("ROUND_ROBIN")
                .isEqualTo(roundRobin);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    void eachStrategyIsAPureFunction(String what, Views views, String failover, String priority, String roundRobin) {
        for (Strategy strategy : Strategy.values()) {
            RoutingStrategy chooser = Strategies.of(strategy);
            Route first = views.route(chooser);
            Views.of(A).route(chooser);
            assertThat(views.route(chooser)).isEqualTo(first);
        }
    }

    @Test
    void onlyRoundRobinWritesToAllAndRotatesReads() {
        Views views = Views.of(A, B, M);

        assertThat(views.route(new FailoverStrategy()).writeToAll()).isEqualTo(1);
        assertThat(views.route(new FailoverStrategy()).rotation()).isLessThan(2);
        assertThat(views.route(new PriorityStrategy()).writeToAll()).isEqualTo(1);
        assertThat(views.route(new PriorityStrategy()).rotation()).isLessThan(2);
        assertThat(views.route(new RoundRobinStrategy()).writeToAll()).isEqualTo(2);
        assertThat(views.route(new RoundRobinStrategy()).rotation()).isEqualTo(2);
    }

    @Test
    void failoverReadsWhereItWrites() {
        assertThat(Views.of(A, B, M).active("b").route(new FailoverStrategy()).reads())
                .containsExactly("b", "a", "m");
    }

    @Test
    void aFailoverGoesUpToABetterTierEvenIfThatIsNotReady() {
        Views views = Views.of(A, B, M).active("m");

        assertThat(views.route(new FailoverStrategy()).writes()).containsExactly("a", "b", "m");
    }

    @Test
    void roundRobinWritesToDegradedOnesAndReadsThemOnlyAfterTheHealthyOnes() {
        Route route = Views.of(is(A, Health.DEGRADED), B, well("c", 3)).route(new RoundRobinStrategy());

        assertThat(route.writes()).containsExactly("a", "b", "c");
        assertThat(route.writeToAll()).isEqualTo(3);
        assertThat(route.reads()).containsExactly("b", "c", "a");
        assertThat(route.rotation()).isEqualTo(2);
    }

    @Test
    void roundRobinRotatesOverDegradedOnesWhereNoneIsHealthy() {
        Route route = Views.of(is(A, Health.DEGRADED), is(B, Health.DEGRADED)).route(new RoundRobinStrategy());

        assertThat(route.rotation()).isEqualTo(2);
    }

    @Test
    void roundRobinDoesNotRotateOverWhatIsNotInSync() {
        Route route = Views.of(A, is(B, Sync.COLD), well("c", 3)).route(new RoundRobinStrategy());

        assertThat(route.reads()).containsExactly("a", "c", "b");
        assertThat(route.rotation()).isEqualTo(2);
        assertThat(route.writeToAll()).isEqualTo(3);
    }

    @Test
    void roundRobinWithoutASharedBackendIsPriority() {
        Views views = Views.of(is(A, Circuit.OPEN), M, in(well("n", 1000), Scope.HOST));

        assertThat(views.route(new RoundRobinStrategy())).isEqualTo(views.route(new PriorityStrategy()));
    }

    @Test
    void onlyFailoverNeedsDistinctPriorities() {
        assertThat(new FailoverStrategy().needsDistinctPriorities()).isTrue();
        assertThat(new PriorityStrategy().needsDistinctPriorities()).isFalse();
        assertThat(new RoundRobinStrategy().needsDistinctPriorities()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void withNoBackendNothingIsChosen(Strategy strategy) {
        assertThat(Views.of().route(Strategies.of(strategy)))
                .isEqualTo(new Route(java.util.List.of(), java.util.List.of(), 0, 0));
    }
}
