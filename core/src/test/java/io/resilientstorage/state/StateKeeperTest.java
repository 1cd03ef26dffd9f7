package io.resilientstorage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.StorageEvent.BroughtOnline;
import io.resilientstorage.api.StorageEvent.CircuitChanged;
import io.resilientstorage.api.StorageEvent.FailedBack;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.api.StorageEvent.Flapping;
import io.resilientstorage.api.StorageEvent.HealthChanged;
import io.resilientstorage.api.StorageEvent.IncarnationChanged;
import io.resilientstorage.api.StorageEvent.SyncChanged;
import io.resilientstorage.api.StorageEvent.TakenOffline;
import io.resilientstorage.api.Sync;
import io.resilientstorage.routing.FailoverStrategy;
import io.resilientstorage.time.ManualClockTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The one writer of the snapshot: every change is seen, told once, and in order. */
class StateKeeperTest {

    private final ManualClockTime time = new ManualClockTime();
    private final List<StorageEvent> events = new ArrayList<>();
    private final StateKeeper keeper =
            new StateKeeper(States.shared("a", "b"), new FailoverStrategy(), events::add, time.clock());

    private StateKeeper serving() {
        keeper.health(0, Health.HEALTHY, Optional.empty());
        keeper.health(1, Health.HEALTHY, Optional.empty());
        keeper.serve();
        assertThat(keeper.current().activeName()).contains("a");
        assertThat(events).isEmpty();
        return keeper;
    }

    private void unhealthy(int index) {
        keeper.health(index, Health.UNHEALTHY, Optional.of("gone"));
    }

    private void healthy(int index) {
        keeper.health(index, Health.HEALTHY, Optional.empty());
    }

    private void inSync(int index) {
        keeper.sync(index, keeper.current().backend(index), Sync.IN_SYNC);
    }

    private void backInSync(int index) {
        healthy(index);
        inSync(index);
    }

    @Test
    void nothingIsToldBeforeItServes() {
        unhealthy(0);
        healthy(1);
        healthy(0);
        unhealthy(1);

        assertThat(events).isEmpty();
        assertThat(keeper.switches()).isZero();
    }

    @Test
    void untilItServesTheBestBackendIsActiveAsSoonAsItIsKnown() {
        healthy(1);
        assertThat(keeper.current().activeName()).contains("b");
        healthy(0);
        assertThat(keeper.current().activeName()).contains("a");
    }

    @Test
    void aChangeAndTheSwitchThatFollowsAreToldInThisOrder() {
        serving();
        time.advance(Duration.ofSeconds(90));
        unhealthy(0);

        assertThat(events).extracting(Object::getClass).containsExactly(HealthChanged.class, FailedOver.class);
        HealthChanged health = (HealthChanged) events.get(0);
        assertThat(health.from()).isEqualTo(Health.HEALTHY);
        assertThat(health.to()).isEqualTo(Health.UNHEALTHY);
        assertThat(health.lasted()).isEqualTo(Duration.ofSeconds(90));
        FailedOver over = (FailedOver) events.get(1);
        assertThat(over.from()).isEqualTo("a");
        assertThat(over.to()).contains("b");
        assertThat(over.cause()).isEqualTo("UNHEALTHY: gone");
        assertThat(over.activeFor()).isEqualTo(Duration.ofSeconds(90));
        assertThat(keeper.switches()).isEqualTo(1);
    }

    @Test
    void whatDoesNotChangeIsNotTold() {
        serving();
        List<Snapshot> seen = new ArrayList<>();
        keeper.observe(() -> seen.add(keeper.current()));

        healthy(0);
        keeper.online(0, true);
        keeper.readyForFailback(0, false);
        keeper.sync(1, keeper.current().backend(1), Sync.CATCHING_UP);

        assertThat(events).isEmpty();
        assertThat(seen).isEmpty();
    }

    @Test
    void anotherErrorOfTheSameHealthIsShownButNotTold() {
        serving();
        unhealthy(0);
        events.clear();
        keeper.health(0, Health.UNHEALTHY, Optional.of("still gone"));

        assertThat(events).isEmpty();
        assertThat(keeper.current().backend(0).lastError()).contains("still gone");
        healthy(0);
        assertThat(keeper.current().backend(0).lastError()).isEmpty();
    }

    @Test
    void aCircuitThatOpensMakesTheNextOneActive() {
        serving();
        keeper.circuit(0, Circuit.CLOSED, Circuit.OPEN, Optional.of("refused"), Duration.ofSeconds(3));

        assertThat(events).extracting(Object::getClass).containsExactly(CircuitChanged.class, FailedOver.class);
        assertThat(((FailedOver) events.get(1)).cause()).isEqualTo("circuit OPEN: refused");
        assertThat(keeper.current().writes()).containsExactly(1);
    }

    @Test
    void theWayBackIsAFailback() {
        serving();
        unhealthy(0);
        time.advance(Duration.ofSeconds(10));
        backInSync(0);
        assertThat(keeper.current().activeName()).contains("b");
        keeper.readyForFailback(0, true);

        assertThat(events.get(events.size() - 1)).isInstanceOfSatisfying(FailedBack.class, back -> {
            assertThat(back.from()).contains("b");
            assertThat(back.to()).isEqualTo("a");
            assertThat(back.activeFor()).isEqualTo(Duration.ofSeconds(10));
        });
        assertThat(keeper.switches()).isEqualTo(2);
    }

    @Test
    void whenNothingIsLeftThatIsToldTooAndSoIsTheEndOfIt() {
        serving();
        unhealthy(0);
        unhealthy(1);
        assertThat(((FailedOver) events.get(events.size() - 1)).to()).isEmpty();
        assertThat(keeper.current().active()).isEmpty();
        assertThat(keeper.current().writes()).as("the last resort").containsExactly(0, 1);

        healthy(1);
        assertThat(((FailedBack) events.get(events.size() - 1)).from()).isEmpty();
    }

    @Test
    void offlineAndOnlineAreTold() {
        serving();
        keeper.online(0, false);
        keeper.online(0, false);
        keeper.online(0, true);

        assertThat(events)
                .extracting(Object::getClass)
                .containsExactly(TakenOffline.class, FailedOver.class, BroughtOnline.class, HealthChanged.class);
    }

    @Test
    void whatWasKnownOfTheHealthIsForgottenWhenABackendIsBroughtOnline() {
        serving();
        keeper.online(0, false);
        assertThat(keeper.current().backend(0).health()).isEqualTo(Health.HEALTHY);
        keeper.online(0, true);

        assertThat(keeper.current().backend(0).health()).isEqualTo(Health.UNHEALTHY);
        assertThat(keeper.current().backend(0).lastError()).contains("not probed since it was brought online");
    }

    @Test
    void aStartWithoutTheBestBackendIsTold() {
        unhealthy(0);
        healthy(1);
        keeper.serve();

        assertThat(events).singleElement().isInstanceOfSatisfying(FailedOver.class, over -> {
            assertThat(over.cause()).isEqualTo("at the start, UNHEALTHY: gone");
            assertThat(over.to()).contains("b");
        });
        assertThat(keeper.switches()).as("nothing was switched").isZero();
    }

    @Test
    void thereIsNoWayBackToOneThatIsNotInSync() {
        serving();
        unhealthy(0);
        keeper.health(0, Health.HEALTHY, Optional.empty());
        keeper.readyForFailback(0, true);
        assertThat(keeper.current().activeName()).contains("b");

        keeper.sync(0, keeper.current().backend(0), Sync.IN_SYNC);
        assertThat(keeper.current().activeName()).contains("a");
    }

    @Test
    void fourSwitchesInFiveMinutesAreFlapping() {
        serving();
        for (int i = 0; i < 2; i++) {
            unhealthy(0);
            backInSync(0);
            time.advance(Duration.ofMinutes(1));
            keeper.readyForFailback(0, true);
            keeper.readyForFailback(0, false);
        }

        assertThat(events)
                .filteredOn(Flapping.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        Flapping.class,
                        flapping -> assertThat(flapping.switches()).isEqualTo(4));
    }

    @Test
    void fourSwitchesInALongTimeAreNot() {
        serving();
        for (int i = 0; i < 4; i++) {
            unhealthy(0);
            backInSync(0);
            time.advance(Duration.ofMinutes(6));
            keeper.readyForFailback(0, true);
            keeper.readyForFailback(0, false);
        }

        assertThat(events).noneMatch(Flapping.class::isInstance);
        assertThat(keeper.switches()).isEqualTo(8);
    }

    @Test
    void anotherLifeIsOutOfSyncAtOnce() {
        serving();
        healthy(0);
        inSync(0);
        events.clear();
        keeper.seen(0, "life-1");
        keeper.seen(0, "life-1");
        assertThat(keeper.current().backend(0).sync())
                .as("the first life seen is no change")
                .isEqualTo(Sync.IN_SYNC);
        assertThat(events).isEmpty();

        keeper.seen(0, "life-2");
        keeper.seen(0, "life-2");
        assertThat(keeper.current().backend(0).sync()).isEqualTo(Sync.CATCHING_UP);
        assertThat(events)
                .filteredOn(IncarnationChanged.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(IncarnationChanged.class, changed -> {
                    assertThat(changed.from()).isEqualTo("life-1");
                    assertThat(changed.to()).isEqualTo("life-2");
                });
        assertThat(events).filteredOn(SyncChanged.class::isInstance).hasSize(1);
    }

    @Test
    void whoCannotBeReachedIsOutOfSyncUntilRecoverySaysOtherwise() {
        serving();
        healthy(0);
        inSync(0);
        unhealthy(0);
        assertThat(keeper.current().backend(0).sync()).isEqualTo(Sync.CATCHING_UP);

        inSync(0);
        assertThat(keeper.current().backend(0).sync())
                .as("recovery was told before, and reports after")
                .isEqualTo(Sync.CATCHING_UP);
        healthy(0);
        assertThat(keeper.current().backend(0).sync()).isEqualTo(Sync.CATCHING_UP);
        inSync(0);
        assertThat(keeper.current().backend(0).sync()).isEqualTo(Sync.IN_SYNC);
    }

    @Test
    void whoeverSeesANewIncarnationSeesInTheSameSnapshotThatItIsOutOfSync() {
        serving();
        healthy(0);
        inSync(0);
        keeper.seen(0, "life-1");
        List<Sync> believed = new ArrayList<>();
        keeper.observe(() -> {
            if (keeper.current().backend(0).isIncarnation("life-2")) {
                believed.add(keeper.current().backend(0).sync());
            }
        });
        keeper.seen(0, "life-2");

        assertThat(believed).containsOnly(Sync.CATCHING_UP);
    }

    @Test
    void anObserverMayReportAgain() {
        serving();
        keeper.observe(() -> keeper.readyForFailback(1, true));
        unhealthy(0);

        assertThat(keeper.current().backend(1).readyForFailback()).isTrue();
    }
}
