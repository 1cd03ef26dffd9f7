package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.StorageEvent.EventsDropped;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.api.StorageEvent.TakenOffline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Events come in the order of what happened, and listeners cannot harm the engine or each other. */
class EventsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static List<String> names(List<? extends StorageEvent> events) {
        return events.stream()
                .filter(event -> !(event instanceof StorageEvent.SyncChanged))
                .map(EventsTest::name)
                .toList();
    }

    private static String name(StorageEvent event) {
        if (event instanceof StorageEvent.CircuitChanged e) {
            return e.backend() + " " + e.to();
        }
        if (event instanceof StorageEvent.HealthChanged e) {
            return e.backend() + " " + e.to();
        }
        if (event instanceof FailedOver e) {
            return "over " + e.from() + "-" + e.to().orElse("none");
        }
        if (event instanceof StorageEvent.FailedBack e) {
            return "back " + e.from().orElse("none") + "-" + e.to();
        }
        return event.getClass().getSimpleName();
    }

    @Test
    void anOutageIsToldInItsOrder() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            assertThat(lab.events()).as("a start without trouble").isEmpty();
            lab.node("one").down();
            for (int i = 0; i < 5; i++) {
                lab.storage().set("k", "v");
            }
            // Shorter than the reset delay, so that no trial fails meanwhile.
            lab.advance(Duration.ofSeconds(3));
            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(15));

            assertThat(names(lab.events()))
                    .containsExactly(
                            "one OPEN",
                            "over one-two",
                            "one UNHEALTHY",
                            "one HALF_OPEN",
                            "one CLOSED",
                            "one HEALTHY",
                            "back two-one");
            FailedOver over = lab.events(FailedOver.class).get(0);
            assertThat(over.cause()).isEqualTo("circuit OPEN: connection refused");
            assertThat(lab.events(StorageEvent.FailedBack.class).get(0).activeFor())
                    .isBetween(Duration.ofSeconds(14), Duration.ofSeconds(17));
        }
    }

    @Test
    void theEndOfTheLastBackendIsToldToo() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.storage().takeOffline("one");
            lab.storage().takeOffline("two");
            lab.storage().bringOnline("two");
            lab.advance(Duration.ofMillis(200));

            assertThat(names(lab.events()))
                    .containsExactly(
                            "TakenOffline",
                            "over one-two",
                            "TakenOffline",
                            "over two-none",
                            "BroughtOnline",
                            "two UNHEALTHY",
                            "two HEALTHY",
                            "back none-two");
            assertThat(lab.storage().healthStatus().switches()).isEqualTo(3);
        }
    }

    @Test
    void aStartInTroubleIsToldOnce() {
        try (Lab lab = new Lab().shared("one", "two").given("one", Node::down).start()) {
            assertThat(names(lab.events())).containsExactly("over one-two");
            assertThat(lab.events(FailedOver.class).get(0).cause()).contains("connection refused");
        }
    }

    @Test
    void nothingIsToldWhenNothingChanges() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().bringOnline("one");
            lab.storage().failback();
            lab.advance(Duration.ofHours(1));

            assertThat(lab.events()).isEmpty();
        }
    }

    @Test
    void aListenerThatThrowsHarmsNeitherTheEngineNorAnotherListener() {
        List<StorageEvent> heard = new ArrayList<>();
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.onEvent(event -> {
                            throw new IllegalStateException("a defect");
                        })
                        .onEvent(event -> {
                            throw new AssertionError("a defect");
                        })
                        .onEvent(heard::add))
                .start()) {
            lab.storage().takeOffline("one");
            lab.storage().set("k", "v");

            assertThat(names(lab.events())).containsExactly("TakenOffline", "over one-two");
            assertThat(names(heard)).isEqualTo(names(lab.events()));
        }
    }

    @Test
    void aListenerThatHasLeftHearsNothingMore() {
        List<StorageEvent> heard = new ArrayList<>();
        try (Lab lab = new Lab().shared("one", "two").start()) {
            var subscription = lab.storage().onEvent(heard::add);
            lab.storage().takeOffline("one");
            lab.time().runDue();
            subscription.close();
            lab.storage().bringOnline("one");
            lab.time().runDue();

            assertThat(names(heard)).containsExactly("TakenOffline", "over one-two");
        }
    }

    /** In real time and with real threads. */
    @Test
    void aListenerThatBlocksLosesEventsOfItsOwnAlone() {
        CountDownLatch release = new CountDownLatch(1);
        List<StorageEvent> slow = new CopyOnWriteArrayList<>();
        List<StorageEvent> quick = new CopyOnWriteArrayList<>();
        Node node = new Node("one", StandIn.SHARED);
        try (ResilientStorage storage = ResilientStorage.builder()
                .backend(node.faults(), options -> options.name("one"))
                .onEvent(event -> {
                    hold(release);
                    slow.add(event);
                })
                .build()) {
            storage.onEvent(quick::add);
            int changes = 0;
            while (changes < 700) {
                storage.takeOffline("one");
                storage.bringOnline("one");
                changes++;
                int expected = changes;
                if (changes % 50 == 0) {
                    await().atMost(PATIENCE).until(() -> count(quick, TakenOffline.class) == expected);
                }
            }
            assertThat(storage.set("k", "v").backend()).isNotEmpty();
            assertThat(quick).noneMatch(EventsDropped.class::isInstance).hasSizeGreaterThan(1_025);

            release.countDown();
            await().atMost(PATIENCE).until(() -> slow.size() >= 1_025);
            storage.takeOffline("one");

            await().atMost(PATIENCE).until(() -> count(slow, EventsDropped.class) == 1);
            await().atMost(PATIENCE).until(() -> slow.get(slow.size() - 1) instanceof FailedOver);
            assertThat(slow.subList(0, 1_025)).isEqualTo(quick.subList(0, 1_025));
            assertThat(slow.get(1_025))
                    .as("in the place of what was lost")
                    .isInstanceOfSatisfying(
                            EventsDropped.class,
                            dropped -> assertThat(slow.size() - 1 + dropped.count())
                                    .isEqualTo(quick.size()));
        }
    }

    private static long count(List<StorageEvent> events, Class<?> sort) {
        return events.stream().filter(sort::isInstance).count();
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
