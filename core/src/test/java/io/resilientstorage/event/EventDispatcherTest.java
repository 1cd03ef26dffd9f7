package io.resilientstorage.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.StorageEvent.EventsDropped;
import io.resilientstorage.api.StorageEvent.TakenOffline;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each listener has a thread and a bounded queue of its own. In real time. */
class EventDispatcherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Time time = Time.system();
    private final EventDispatcher events = new EventDispatcher(time);
    private final List<StorageEvent> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        events.close(Duration.ZERO);
        time.close();
    }

    private static StorageEvent event(int number) {
        return new TakenOffline(Instant.EPOCH, "backend-" + number);
    }

    private static List<StorageEvent> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(EventDispatcherTest::event).toList();
    }

    private void publish(int from, int to) {
        numbers(from, to).forEach(events::publish);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void eventsComeInTheirOrderOnOneThreadThatIsNotThePublishers() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        events.subscribe(event -> {
            threads.add(Thread.currentThread());
            heard.add(event);
        });

        publish(0, 500);
        events.close(PATIENCE);

        assertThat(heard).isEqualTo(numbers(0, 500));
        assertThat(threads.stream().distinct()).singleElement().isNotEqualTo(Thread.currentThread());
    }

    @Test
    void aListenerThatThrowsHearsTheNextOneAndSoDoTheOthers() {
        List<StorageEvent> failing = new CopyOnWriteArrayList<>();
        events.subscribe(event -> {
            failing.add(event);
            throw new IllegalStateException("a defect");
        });
        events.subscribe(event -> {
            throw new StackOverflowError();
        });
        events.subscribe(heard::add);

        publish(0, 10);
        events.close(PATIENCE);

        assertThat(failing).isEqualTo(numbers(0, 10));
        assertThat(heard).isEqualTo(numbers(0, 10));
    }

    @Test
    void aSlowListenerLosesTheNewestAndIsToldSoInTheirPlace() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch caughtUp = new CountDownLatch(1 + Mailbox.CAPACITY);
        events.subscribe(event -> {
            begun.countDown();
            await(release);
            heard.add(event);
            caughtUp.countDown();
        });
        publish(0, 1);
        await(begun);
        publish(1, 1 + Mailbox.CAPACITY + 7);
        release.countDown();
        await(caughtUp);
        publish(2_000, 2_001);
        events.close(PATIENCE);

        int kept = 1 + Mailbox.CAPACITY;
        assertThat(heard.subList(0, kept)).isEqualTo(numbers(0, kept));
        assertThat(heard.get(kept))
                .isInstanceOfSatisfying(
                        EventsDropped.class,
                        dropped -> assertThat(dropped.count()).isEqualTo(7));
        assertThat(heard.subList(kept + 1, heard.size())).containsExactly(event(2_000));
    }

    @Test
    void whoeverLeavesHearsNothingMore() {
        var subscription = events.subscribe(heard::add);
        subscription.close();

        publish(0, 10);
        events.close(PATIENCE);

        assertThat(heard).isEmpty();
    }

    @Test
    void closingDeliversWhatIsQueued() {
        CountDownLatch release = new CountDownLatch(1);
        events.subscribe(event -> {
            await(release);
            heard.add(event);
        });
        publish(0, 100);
        release.countDown();

        events.close(PATIENCE);

        assertThat(heard).isEqualTo(numbers(0, 100));
    }
}
