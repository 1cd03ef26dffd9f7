package io.resilientstorage.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimingWheelTest {

    private final TimingWheel<String> wheel = new TimingWheel<>(8);

    @Test
    void whatIsDueIsTakenOnceAndNotBefore() {
        wheel.add(5, "a");
        wheel.add(5, "b");
        assertThat(wheel.takeDue(5, 4, 10)).isEmpty();
        assertThat(wheel.takeDue(5, 5, 10)).containsExactlyInAnyOrder("a", "b");
        assertThat(wheel.takeDue(5, 5, 10)).isEmpty();
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void whatIsDueInALaterTurnStays() {
        wheel.add(3, "now");
        wheel.add(3 + 8, "next turn");
        wheel.add(3 + 80, "ten turns on");
        assertThat(wheel.takeDue(3, 3, 10)).containsExactly("now");
        assertThat(wheel.takeDue(11, 11, 10)).containsExactly("next turn");
        assertThat(wheel.isEmptyAt(3)).isFalse();
        assertThat(wheel.takeDue(83, 83, 10)).containsExactly("ten turns on");
    }

    @Test
    void whatWasRemovedIsNotTaken() {
        List<TimingWheel.@Nullable Place<String>> places = new ArrayList<>();
        for (String item : List.of("a", "b", "c", "d")) {
            places.add(wheel.add(2, item));
        }
        remove(places.get(0));
        remove(places.get(2));
        remove(places.get(2));
        assertThat(wheel.takeDue(2, 2, 10)).containsExactlyInAnyOrder("b", "d");
        remove(places.get(1));
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void whoComesForATickThatIsOverIsTurnedAway() {
        assertThat(wheel.takeDue(4, 4, 10)).isEmpty();
        assertThat(wheel.add(4, "late")).isNull();
        assertThat(wheel.add(4 + 8, "in time")).isNotNull();
    }

    @Test
    void atTheLimitTheRestIsLeftAndTheTickIsNotOver() {
        for (int i = 0; i < 5; i++) {
            wheel.add(1, "item " + i);
        }
        assertThat(wheel.takeDue(1, 1, 2)).hasSize(2);
        assertThat(wheel.add(1, "still in time")).isNotNull();
        assertThat(wheel.takeDue(1, 1, 2)).hasSize(2);
        assertThat(wheel.takeDue(1, 1, 100)).hasSize(2);
        assertThat(wheel.add(1, "late")).isNull();
    }

    @Test
    void theNumberOfSlotsIsAPowerOfTwo() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TimingWheel<>(7));
        assertThatIllegalArgumentException().isThrownBy(() -> new TimingWheel<>(0));
    }

    /**
     * Each of many items is either removed by its owner, or taken once, or turned away: none is lost between threads.
     */
    @Test
    void betweenThreadsNothingIsLostAndNothingIsTakenTwice() throws InterruptedException {
        int threads = 4;
        int each = 20_000;
        TimingWheel<AtomicInteger> shared = new TimingWheel<>(16);
        AtomicLong tick = new AtomicLong();
        AtomicInteger left = new AtomicInteger(threads);
        AtomicInteger turnedAway = new AtomicInteger();
        List<AtomicInteger> items = new ArrayList<>();
        for (int i = 0; i < threads * each; i++) {
            items.add(new AtomicInteger());
        }
        CountDownLatch ended = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int number = t;
            Thread thread = new Thread(() -> {
                SplittableRandom random = new SplittableRandom(number);
                for (int i = 0; i < each; i++) {
                    AtomicInteger item = items.get(number * each + i);
                    TimingWheel.Place<AtomicInteger> place = shared.add(tick.get() + random.nextInt(3), item);
                    if (place == null) {
                        turnedAway.incrementAndGet();
                        item.incrementAndGet();
                    } else if (random.nextBoolean()) {
                        place.remove();
                    }
                }
                left.decrementAndGet();
                ended.countDown();
            });
            thread.start();
        }
        List<AtomicInteger> taken = new ArrayList<>();
        while (left.get() > 0) {
            long now = tick.getAndIncrement();
            taken.addAll(shared.takeDue(now, now, 1_000_000));
        }
        ended.await();
        for (long now = tick.get(); now < tick.get() + 16; now++) {
            taken.addAll(shared.takeDue(now, now + 16, 1_000_000));
        }
        assertThat(shared.isEmpty()).isTrue();
        taken.forEach(AtomicInteger::incrementAndGet);
        assertThat(items).allMatch(item -> item.get() <= 1);
        assertThat(taken.size() + turnedAway.get()).isBetween(threads * each / 4, threads * each);
    }

    private static void remove(TimingWheel.@Nullable Place<String> place) {
        assertThat(place).isNotNull();
        if (place != null) {
            place.remove();
        }
    }
}
