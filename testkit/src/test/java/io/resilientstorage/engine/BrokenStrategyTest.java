package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.ReadKind;
import io.resilientstorage.routing.Route;
import io.resilientstorage.routing.RoutingStrategy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A user's own strategy chooses, and one that is broken is replaced by the common order. */
class BrokenStrategyTest {

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("throws", (RoutingStrategy) view -> {
                    throw new IllegalStateException("a defect");
                }),
                Arguments.of("throws an error", (RoutingStrategy) view -> {
                    throw new StackOverflowError();
                }),
                Arguments.of("returns null", (RoutingStrategy) view -> Careless.nothing()),
                Arguments.of("names nobody's backend", (RoutingStrategy)
                        view -> Route.of(List.of("three"), List.of("three"))),
                Arguments.of("writes to less than none", (RoutingStrategy)
                        view -> new Route(List.of("two"), List.of("two"), -1, 1)));
    }

    @ParameterizedTest(name = "one that {0}")
    @MethodSource("broken")
    void aBrokenStrategyIsReplaced(String what, RoutingStrategy strategy) {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(strategy))
                .start()) {
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("one");
            assertThat(lab.storage().get("k")).contains("v");
            assertThat(lab.storage().read("none").kind()).isEqualTo(ReadKind.ABSENT);

            lab.node("one").down();
            assertThat(lab.storage().set("k", "w").backend()).isEqualTo("two");
        }
    }

    @Test
    void aStrategyThatBreaksOnlyDuringAnOutageBreaksNoCall() {
        RoutingStrategy fragile = view -> {
            if (view.backends().stream().anyMatch(b -> b.online() && !b.isRoutable())
                    && view.active().isPresent()) {
                throw new IllegalStateException("did not think of that");
            }
            List<String> names = view.backends().stream()
                    .filter(b -> b.online())
                    .map(b -> b.name())
                    .toList();
            return Route.of(names, names);
        };
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(fragile))
                .start()) {
            lab.node("one").down();
            for (int i = 0; i < 10; i++) {
                assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");
            }
            lab.advance(java.time.Duration.ofMinutes(1));
            assertThat(lab.active()).isEqualTo("two");
        }
    }

    @Test
    void aStrategyOfTheUsersOwnDecides() {
        RoutingStrategy lastFirst = view -> {
            List<String> names = view.backends().stream()
                    .filter(b -> b.isRoutable())
                    .sorted((a, b) -> b.priority() - a.priority())
                    .map(b -> b.name())
                    .toList();
            return Route.of(names, names);
        };
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(lastFirst))
                .start()) {
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");
            assertThat(lab.storage().read("none").kind())
                    .as("it is the one that gets every write")
                    .isEqualTo(ReadKind.ABSENT);
            assertThat(lab.storage().setIfAbsent("l", "v").exact()).isTrue();
        }
    }
}
