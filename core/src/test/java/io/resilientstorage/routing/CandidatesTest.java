package io.resilientstorage.routing;

import static io.resilientstorage.routing.Views.in;
import static io.resilientstorage.routing.Views.is;
import static io.resilientstorage.routing.Views.offline;
import static io.resilientstorage.routing.Views.well;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;
import org.junit.jupiter.api.Test;

/** The order that all strategies share. */
class CandidatesTest {

    private static final BackendView REDIS = well("redis", 1);
    private static final BackendView SQL = well("sql", 2);
    private static final BackendView FILE = in(well("file", 3), Scope.HOST);
    private static final BackendView MEMORY = in(well("memory", 999), Scope.PROCESS);

    private static Route route(BackendView... backends) {
        return Views.of(backends).route(new PriorityStrategy());
    }

    @Test
    void byPriorityWhenAllAreWell() {
        Route route = route(REDIS, SQL, FILE, MEMORY);

        assertThat(route.writes()).containsExactly("redis", "sql", "file", "memory");
        assertThat(route.reads()).containsExactly("redis", "sql", "file", "memory");
    }

    @Test
    void sharedOnesComeBeforePrivateOnesWhateverThePriority() {
        Route route = route(in(well("file", 1), Scope.HOST), in(well("memory", 2), Scope.PROCESS), well("sql", 3));

        assertThat(route.writes()).containsExactly("sql", "file", "memory");
        assertThat(route.reads()).containsExactly("sql", "file", "memory");
    }

    @Test
    void healthySharedOnesComeBeforeDegradedSharedOnesWhateverThePriority() {
        Route route = route(is(REDIS, Health.DEGRADED), SQL, MEMORY);

        assertThat(route.writes()).containsExactly("sql", "redis", "memory");
    }

    @Test
    void aDegradedSharedOneComesBeforeAHealthyPrivateOne() {
        assertThat(route(is(SQL, Health.DEGRADED), FILE).writes()).containsExactly("sql", "file");
    }

    @Test
    void amongPrivateOnesHealthyComesBeforeDegraded() {
        assertThat(route(is(FILE, Health.DEGRADED), MEMORY).writes()).containsExactly("memory", "file");
    }

    @Test
    void anUnhealthyOneWithAClosedCircuitIsTheLastResort() {
        Route route = route(is(REDIS, Health.UNHEALTHY), SQL, MEMORY);

        assertThat(route.writes()).containsExactly("sql", "memory", "redis");
        assertThat(route.reads()).containsExactly("sql", "memory", "redis");
    }

    @Test
    void whoseCircuitIsNotClosedIsNotAskedAtAll() {
        assertThat(route(is(REDIS, Circuit.OPEN), is(SQL, Circuit.HALF_OPEN)).writes())
                .isEmpty();
        assertThat(route(is(is(REDIS, Circuit.OPEN), Health.UNHEALTHY)).writes())
                .isEmpty();
    }

    @Test
    void whoWasTakenOfflineIsNotAskedAtAll() {
        Route route = route(offline(REDIS), offline(is(SQL, Health.UNHEALTHY)), MEMORY);

        assertThat(route.writes()).containsExactly("memory");
        assertThat(route.reads()).containsExactly("memory");
    }

    @Test
    void whoIsNotInSyncTakesWritesInItsPlaceAndReadsAfterAllThatAre() {
        Route route = route(is(REDIS, Sync.COLD), SQL, MEMORY);

        assertThat(route.writes()).containsExactly("redis", "sql", "memory");
        assertThat(route.reads()).containsExactly("sql", "redis", "memory");
    }

    @Test
    void aSharedOneThatIsNotInSyncIsReadBeforeAPrivateOne() {
        assertThat(route(is(REDIS, Sync.CATCHING_UP), MEMORY).reads()).containsExactly("redis", "memory");
    }

    @Test
    void withNothingLeftTheRouteIsEmpty() {
        Route route = route(offline(REDIS));

        assertThat(route).isEqualTo(new Route(java.util.List.of(), java.util.List.of(), 0, 0));
    }

    @Test
    void noBackendStandsTwiceInARoute() {
        Route route = route(
                is(REDIS, Sync.COLD), is(SQL, Health.UNHEALTHY), is(FILE, Health.UNHEALTHY), is(MEMORY, Sync.COLD));

        assertThat(route.writes()).doesNotHaveDuplicates().hasSize(4);
        assertThat(route.reads()).doesNotHaveDuplicates().hasSize(4);
    }
}
