package io.resilientstorage.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.time.ManualClockTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads on a virtual clock, which the threads themselves move on. */
@Timeout(60)
class CircuitBreakerConcurrencyTest {

    private static final int THREADS = 16;
    private static final int TRIALS = 3;
    private static final Map<TransitionCause, String> LEGAL = Map.of(
            TransitionCause.CONSECUTIVE_FAILURES, "CLOSED>OPEN",
            TransitionCause.FAILURE_RATE, "CLOSED>OPEN",
            TransitionCause.RESET_DELAY_OVER, "OPEN>HALF_OPEN",
            TransitionCause.TRIAL_FAILED, "HALF_OPEN>OPEN",
            TransitionCause.TRIALS_SUCCEEDED, "HALF_OPEN>CLOSED");

    @Test
    void underSixteenThreadsTrialsStayFewAndTransitionsFormALegalChain() throws InterruptedException {
        long seed = 7;
        ManualClockTime time = new ManualClockTime();
        List<Transition> transitions = Collections.synchronizedList(new ArrayList<>());
        CircuitBreaker breaker = CircuitBreaker.builder("hammered")
                .time(time)
                .threshold(4)
                .failureRate(0.3)
                .window(Duration.ofMillis(100))
                .initialReset(Duration.ofMillis(1))
                .reset(Duration.ofMillis(4))
                .trials(TRIALS)
                .trialSuccesses(2)
                .permitLife(Duration.ofDays(1))
                .onTransition(transitions::add)
                .build();
        Map<HalfOpen, AtomicInteger> out = new ConcurrentHashMap<>();
        AtomicInteger mostOut = new AtomicInteger();

        inThreads(thread -> {
            SplittableRandom random = new SplittableRandom(seed + thread);
            ArrayDeque<Permit> held = new ArrayDeque<>();
            for (int i = 0; i < 5_000; i++) {
                time.advance(Duration.ofNanos(random.nextInt(20_000)));
                if (breaker.tryAcquire() instanceof Permit permit) {
                    if (permit instanceof Trial trial) {
                        int now = out.computeIfAbsent(trial.generation, generation -> new AtomicInteger())
                                .incrementAndGet();
                        mostOut.accumulateAndGet(now, Math::max);
                    }
                    held.addLast(permit);
                }
                if (held.size() > random.nextInt(4)) {
                    giveBack(held.removeFirst(), out, random);
                }
            }
            held.forEach(permit -> giveBack(permit, out, random));
        });

        assertThat(mostOut).as("seed %d: the bound is reached and kept", seed).hasValue(TRIALS);
        Circuit last = Circuit.CLOSED;
        EnumSet<TransitionCause> seen = EnumSet.noneOf(TransitionCause.class);
        for (Transition transition : transitions) {
            assertThat(transition.from()).as("seed %d", seed).isEqualTo(last);
            assertThat(transition.from() + ">" + transition.to()).isEqualTo(LEGAL.get(transition.cause()));
            assertThat(transition.lasted()).isGreaterThanOrEqualTo(Duration.ZERO);
            last = transition.to();
            seen.add(transition.cause());
        }
        assertThat(last).isEqualTo(breaker.state());
        assertThat(seen).as("seed %d: every way was gone", seed).containsAll(LEGAL.keySet());
        assertThat(breaker.openings())
                .isEqualTo(transitions.stream()
                        .filter(transition -> transition.to() == Circuit.OPEN)
                        .count());
    }

    private static void giveBack(Permit permit, Map<HalfOpen, AtomicInteger> out, SplittableRandom random) {
        if (permit instanceof Trial trial) {
            // Before the return, since another may get the place before this thread goes on.
            out.getOrDefault(trial.generation, new AtomicInteger()).decrementAndGet();
        }
        int chance = random.nextInt(10);
        if (chance == 0) {
            permit.release();
        } else if (chance < 6) {
            permit.successAfterNanos(1);
        } else {
            permit.failure(new IllegalStateException("down"));
        }
    }

    @Test
    void noFailureIsLostOrCountedTwice() throws InterruptedException {
        CircuitBreaker breaker = withoutRates(THREADS * 1_000 + 1);
        inThreads(thread -> {
            for (int i = 0; i < 1_000; i++) {
                fail(breaker);
            }
        });
        assertThat(breaker.consecutiveFailures()).isEqualTo(THREADS * 1_000);
        assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);

        fail(breaker);
        assertThat(breaker.state()).isEqualTo(Circuit.OPEN);
    }

    @Test
    void noSuccessAfterFailuresIsOverlooked() throws InterruptedException {
        CircuitBreaker breaker = withoutRates(THREADS + 1);
        CyclicBarrier barrier = new CyclicBarrier(THREADS);
        inThreads(thread -> {
            for (int round = 0; round < 300; round++) {
                fail(breaker);
                await(barrier);
                if (round % THREADS == thread) {
                    ((Permit) breaker.tryAcquire()).successAfterNanos(1);
                }
                await(barrier);
            }
        });

        assertThat(breaker.openings()).isZero();
        assertThat(breaker.consecutiveFailures()).isZero();
    }

    private static CircuitBreaker withoutRates(int threshold) {
        return CircuitBreaker.builder("a")
                .time(new ManualClockTime())
                .threshold(threshold)
                .minimumCalls(1_000_000)
                .build();
    }

    private static void fail(CircuitBreaker breaker) {
        ((Permit) breaker.tryAcquire()).failure(new IllegalStateException("down"));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void inThreads(IntConsumer work) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                await(start);
                work.accept(number);
            });
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((failed, e) -> failure.compareAndSet(null, e));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
    }
}
