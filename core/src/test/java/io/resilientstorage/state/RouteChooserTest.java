package io.resilientstorage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.routing.Route;
import io.resilientstorage.routing.RoutingStrategy;
import io.resilientstorage.routing.RoutingView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A broken strategy does not break the engine. */
class RouteChooserTest {

    private static final RoutingView VIEW = Snapshot.view(States.shared("a", "b"), Optional.empty());

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("throws", strategy(() -> {
                    throw new IllegalStateException("a defect");
                })),
                Arguments.of("runs out of stack", strategy(() -> {
                    throw new StackOverflowError();
                })),
                Arguments.of("fails an assertion", strategy(() -> {
                    throw new AssertionError("a defect");
                })),
                Arguments.of("lacks a class", strategy(() -> {
                    throw new NoClassDefFoundError("Gone");
                })),
                route("names an unknown backend", List.of("a", "x"), List.of("a"), 1, 1),
                route("reads an unknown backend", List.of("a"), List.of("x"), 1, 1),
                route("names one twice", List.of("a", "a"), List.of("a"), 1, 1),
                route("reads one twice", List.of("a"), List.of("b", "b"), 1, 1),
                route("writes to more than there are", List.of("a"), List.of("a"), 2, 1),
                route("writes to less than none", List.of("a"), List.of("a"), -1, 1),
                route("names backends for writes and writes to none", List.of("a"), List.of("a"), 0, 1),
                route("rotates over more than there are", List.of("a"), List.of("a"), 1, 2),
                route("rotates over less than none", List.of("a"), List.of("a"), 1, -1));
    }

    private static Arguments route(String what, List<String> writes, List<String> reads, int all, int rotation) {
        return Arguments.of(what, strategy(() -> new Route(writes, reads, all, rotation)));
    }

    private static RoutingStrategy strategy(java.util.function.Supplier<Route> route) {
        return view -> route.get();
    }

    @ParameterizedTest(name = "a strategy that {0}")
    @MethodSource("broken")
    void theCommonOrderHoldsInsteadOfABrokenStrategy(String what, RoutingStrategy strategy) {
        assertThat(new RouteChooser(strategy).route(VIEW)).isEqualTo(Route.of(List.of("a", "b"), List.of("a", "b")));
    }

    @Test
    void aSoundRouteIsTakenAsItIs() {
        Route route = new Route(List.of("b", "a"), List.of("a"), 2, 1);

        assertThat(new RouteChooser(view -> route).route(VIEW)).isSameAs(route);
    }

    @Test
    void aStrategyMayChooseNobody() {
        Route nobody = Route.of(List.of(), List.of());

        assertThat(new RouteChooser(view -> nobody).route(VIEW)).isSameAs(nobody);
    }
}
