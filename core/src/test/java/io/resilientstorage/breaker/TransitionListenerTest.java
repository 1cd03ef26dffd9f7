package io.resilientstorage.breaker;

import static io.resilientstorage.api.Circuit.CLOSED;
import static io.resilientstorage.api.Circuit.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resilientstorage.api.Circuit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TransitionListenerTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(CircuitBreaker.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listenToTheLog() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void leaveTheLog() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @Test
    void aListenerThatThrowsIsLoggedAndHarmsNothing() {
        List<Circuit> told = new ArrayList<>();
        BreakerFixture a = new BreakerFixture(builder -> builder.onTransition(transition -> {
            told.add(transition.to());
            if (told.size() % 2 == 0) {
                throw new IllegalArgumentException("a listener's mistake");
            }
            throw new AssertionError("another");
        }));
        a.open();
        a.breaker.probeSucceeded();

        assertThat(a.breaker.state()).isEqualTo(CLOSED);
        assertThat(told).containsExactly(OPEN, Circuit.HALF_OPEN, CLOSED);
        assertThat(log.list).hasSize(3).allMatch(event -> event.getLevel() == Level.ERROR);
    }

    @Test
    void aListenerMayUseTheBreakerAndHearsInOrder() {
        CompletableFuture<CircuitBreaker> breaker = new CompletableFuture<>();
        List<String> told = new ArrayList<>();
        BreakerFixture a = new BreakerFixture(builder -> builder.onTransition(transition -> {
            told.add("begin " + transition.to());
            if (transition.to() == OPEN) {
                breaker.join().probeSucceeded();
            }
            told.add("end " + transition.to());
        }));
        breaker.complete(a.breaker);
        a.fail(5);

        assertThat(told)
                .containsExactly(
                        "begin OPEN", "end OPEN", "begin HALF_OPEN", "end HALF_OPEN", "begin CLOSED", "end CLOSED");
    }

    @Test
    void whileOneThreadTellsAnotherLeavesItsTransitionAndGoes() throws InterruptedException {
        CountDownLatch inListener = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Circuit> told = new ArrayList<>();
        BreakerFixture a = new BreakerFixture(builder -> builder.onTransition(transition -> {
            inListener.countDown();
            await(goOn);
            told.add(transition.to());
        }));
        Thread first = new Thread(() -> a.fail(5));
        first.start();
        inListener.await();
        assertThat(a.breaker.probeSucceeded()).isTrue();
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
        goOn.countDown();
        first.join();

        assertThat(told).containsExactly(OPEN, Circuit.HALF_OPEN, CLOSED);
    }

    @Test
    void beyondTheBoundTheOldestWaitingTransitionIsForgottenAndLogged() {
        CompletableFuture<Announcer> itself = new CompletableFuture<>();
        List<Transition> told = new ArrayList<>();
        List<Transition> made = new ArrayList<>();
        Announcer announcer = new Announcer("a", transition -> {
            told.add(transition);
            for (int i = 0; told.size() == 1 && i < Announcer.MOST_WAITING + 3; i++) {
                itself.join().add(made(made));
                itself.join().deliver();
            }
        });
        itself.complete(announcer);
        announcer.add(made(made));
        announcer.deliver();

        List<Transition> expected = new ArrayList<>(made);
        expected.subList(1, 4).clear();
        assertThat(told).isEqualTo(expected);
        assertThat(log.list).hasSize(3).allMatch(event -> event.getLevel() == Level.WARN);
    }

    private static Transition made(List<Transition> made) {
        Transition transition = new Transition(
                CLOSED, OPEN, TransitionCause.CONSECUTIVE_FAILURES, Optional.empty(), Duration.ofSeconds(made.size()));
        made.add(transition);
        return transition;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
