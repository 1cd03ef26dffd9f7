package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A caller that waits does its step on its own thread, and is never held up beyond its time-out. */
class CallersThreadTest {

    private static final LockTerms TERMS = new LockTerms("SINGLE", 60_000, false);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** What the timer may be late by, and what a machine with much to do may be late by besides. */
    private static final Duration GRACE = Duration.ofMillis(50).plusMillis(250);

    private static PostgresProcess postgres;

    @BeforeAll
    static void start() {
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void empty() {
        postgres.execute("drop schema public cascade");
        postgres.execute("create schema public");
    }

    @Test
    void itsStepRunsOnItsThread() {
        try (Parts parts = begun()) {
            Recorded steps = new Recorded(parts.dialect.locks());
            assertThat(waited(locks(parts, steps), "lock").status()).isEqualTo(LockStatus.GRANTED);
            assertThat(steps.thread.get()).isSameAs(Thread.currentThread());
            Locks notLendable = new Locks(parts.lane, parts.calls, steps, LONG, false);
            assertThat(waited(notLendable, "another").status()).isEqualTo(LockStatus.GRANTED);
            assertThat(steps.thread.get()).as("control").isNotSameAs(Thread.currentThread());
            OpenedBackend.await(locks(parts, steps).perform(request("a third", LONG)));
            assertThat(steps.thread.get()).as("one that does not wait").isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void theSchemaIsOpenedByAnotherThread() {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Life> call = parts.lane
                    .here(
                            LONG,
                            attempt -> parts.calls.run(attempt, (session, life) -> {
                                thread.set(Thread.currentThread());
                                return life;
                            }))
                    .toCompletableFuture();
            assertThat(OpenedBackend.await(call)).isNotNull();
            assertThat(thread.get()).isNotSameAs(Thread.currentThread());
        }
    }

    /** What ends a step whose server says nothing more. */
    enum EndedBy {
        TIMER_AND_SOCKET,
        TIMER,
        SOCKET
    }

    @ParameterizedTest
    @EnumSource
    void itComesBackAtItsTimeOutIfTheServerHangs(EndedBy endedBy) throws InterruptedException {
        try (Parts parts = begun();
                LentLane lane = new LentLane(parts, endedBy != EndedBy.SOCKET)) {
            if (endedBy == EndedBy.TIMER) {
                parts.hooked.unbounded();
            }
            Locks locks = new Locks(lane.lane, parts.calls, parts.dialect.locks(), LONG, true);
            waited(locks, "before");
            postgres.pause();
            try {
                long begin = parts.time.clock().nanos();
                CompletableFuture<LockReply> call =
                        locks.performHere(request("lock", SECOND)).toCompletableFuture();
                assertThat(call).isDone();
                assertThat(since(parts, begin)).isBetween(SECOND.minusMillis(50), SECOND.plus(GRACE));
                BackendException failure = OpenedBackend.failure(call);
                assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(failure.outcomeKnown()).isFalse();
            } finally {
                postgres.resume();
            }
            await().ignoreExceptions().until(() -> waited(locks, "after").status() == LockStatus.GRANTED);
        }
    }

    /** The control of the test before: with neither, it is held up until the time-out of a login, of two seconds. */
    @Test
    void withNothingThatEndsItItWouldComeBackLate() throws InterruptedException {
        try (Parts parts = begun();
                LentLane lane = new LentLane(parts, false)) {
            parts.hooked.unbounded();
            Locks locks = new Locks(lane.lane, parts.calls, parts.dialect.locks(), LONG, true);
            waited(locks, "before");
            postgres.pause();
            Thread caller = new Thread(() -> locks.performHere(request("lock", SECOND)));
            try {
                caller.start();
                await().during(SECOND.plus(GRACE).plusMillis(200)).until(caller::isAlive);
            } finally {
                postgres.resume();
            }
            caller.join();
        }
    }

    /** Such a connection is looked at before it is handed out, which takes up to half a second. */
    @Test
    void itComesBackInTimeIfItsConnectionHasLongBeenIdle() {
        try (Parts parts = begun()) {
            Locks locks = locks(parts, parts.dialect.locks());
            waited(locks, "before");
            long idle = parts.time.clock().nanos();
            await().until(() -> since(parts, idle).compareTo(Duration.ofMillis(700)) > 0);
            postgres.pause();
            try {
                for (int millis : new int[] {100, 500, 700, 1_000}) {
                    Duration timeout = Duration.ofMillis(millis);
                    long begin = parts.time.clock().nanos();
                    CompletableFuture<LockReply> call =
                            locks.performHere(request("lock", timeout)).toCompletableFuture();
                    assertThat(since(parts, begin)).as("of " + timeout).isLessThan(timeout.plus(GRACE));
                    assertThat(OpenedBackend.failure(call).kind()).isEqualTo(Kind.UNAVAILABLE);
                    assertThat(since(parts, begin)).as("of " + timeout).isLessThan(timeout.plus(GRACE));
                }
            } finally {
                postgres.resume();
            }
        }
    }

    @Test
    void itComesBackInTimeIfNoConnectionIsFree() {
        try (Parts parts = begun();
                Taken taken = new Taken(parts)) {
            taken.awaitAll();
            long begin = parts.time.clock().nanos();
            CompletableFuture<LockReply> call = locks(parts, parts.dialect.locks())
                    .performHere(request("lock", SECOND))
                    .toCompletableFuture();
            assertThat(OpenedBackend.failure(call).outcomeKnown()).isTrue();
            assertThat(since(parts, begin)).isLessThan(SECOND.plus(GRACE));
        }
    }

    @Test
    void noMoreThanTheSeatsWaitForAConnectionAndTooManyAreTurnedAway() throws InterruptedException {
        try (Parts parts = begun();
                LentLane lane = new LentLane(parts, true)) {
            CountDownLatch end = new CountDownLatch(1);
            List<Thread> callers = new ArrayList<>();
            // As many as there are seats, and as many as may wait for one.
            for (int i = 0; i < LentLane.SEATS + LentLane.QUEUE; i++) {
                Thread caller = new Thread(() -> lane.lane.here(LONG, attempt -> {
                    lane.inside.incrementAndGet();
                    Parts.awaiting(end);
                    return true;
                }));
                caller.start();
                callers.add(caller);
            }
            await().until(() -> callers.stream()
                    .allMatch(caller -> caller.getState() == Thread.State.WAITING
                            || caller.getState() == Thread.State.TIMED_WAITING));
            assertThat(lane.inside).hasValue(LentLane.SEATS);
            BackendException refused = OpenedBackend.failure(lane.lane.here(LONG, attempt -> true));
            assertThat(refused).hasMessageContaining("too many calls are waiting");
            end.countDown();
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(lane.inside).hasValue(LentLane.SEATS + LentLane.QUEUE);
        }
    }

    @Test
    void closingSetsItFree() throws InterruptedException {
        try (Parts parts = begun()) {
            Locks locks = locks(parts, parts.dialect.locks());
            waited(locks, "before");
            postgres.pause();
            try {
                List<Thread> callers = new ArrayList<>();
                List<CompletableFuture<LockReply>> ends = new ArrayList<>();
                // More than there are seats.
                for (int i = 0; i < 8; i++) {
                    CompletableFuture<LockReply> end = new CompletableFuture<>();
                    ends.add(end);
                    Thread caller = new Thread(() -> locks.performHere(request("lock", LONG))
                            .whenComplete((reply, failure) -> end.completeExceptionally(failure)));
                    caller.start();
                    callers.add(caller);
                }
                await().until(() -> callers.stream().noneMatch(caller -> caller.getState() == Thread.State.NEW));
                long begin = parts.time.clock().nanos();
                parts.lane.close(Duration.ofMillis(200));
                for (Thread caller : callers) {
                    caller.join();
                }
                assertThat(since(parts, begin)).isLessThan(Duration.ofSeconds(2));
                for (CompletableFuture<LockReply> end : ends) {
                    assertThat(OpenedBackend.failure(end).kind()).isEqualTo(Kind.UNAVAILABLE);
                }
                assertThat(OpenedBackend.failure(locks.performHere(request("late", LONG))))
                        .hasMessageContaining("closed");
            } finally {
                postgres.resume();
            }
        }
    }

    @Test
    void anInterruptEndsItsWaitingForAConnectionAndNotItsStep() throws InterruptedException {
        try (Parts parts = begun()) {
            Recorded steps = new Recorded(parts.dialect.locks());
            Locks locks = locks(parts, steps);
            AtomicReference<CompletableFuture<LockReply>> step = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                step.set(locks.performHere(request("lock", LONG)).toCompletableFuture());
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
            try (Taken taken = new Taken(parts)) {
                taken.awaitAll();
                caller.start();
                await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
                caller.interrupt();
                caller.join();
                assertThat(step.get()).isNotNull().isNotDone();
            }
            assertThat(OpenedBackend.await(Objects.requireNonNull(step.get())).status())
                    .isEqualTo(LockStatus.GRANTED);
            assertThat(steps.thread.get()).isNotSameAs(caller);
        }
    }

    private static Parts begun() {
        Parts parts = new Parts(Parts.target(postgres.url()));
        boolean put = parts.run((session, life) -> parts.dialect
                .locks()
                .replace(
                        session,
                        life,
                        "space",
                        0,
                        new Authority(0, true, 1, 0, 0, 0, 0, Authority.NO_END, 0, TERMS, life.incarnation()),
                        Long.MAX_VALUE));
        assertThat(put).isTrue();
        return parts;
    }

    private static Locks locks(Parts parts, LockSteps steps) {
        return new Locks(parts.lane, parts.calls, steps, LONG, true);
    }

    private static LockReply waited(Locks locks, String name) {
        return OpenedBackend.await(locks.performHere(request(name, LONG)));
    }

    private static LockRequest request(String name, Duration timeout) {
        return new LockRequest(
                LockAction.ACQUIRE,
                "space",
                name,
                "one",
                30_000,
                TERMS,
                FencingToken.NONE,
                ApplyRequest.NO_LIMIT,
                timeout);
    }

    private static Duration since(Parts parts, long begin) {
        return Duration.ofNanos(parts.time.clock().nanos() - begin);
    }

    /** All connections in the hands of somebody who does nothing with them. */
    private static final class Taken implements AutoCloseable {
        private final CountDownLatch end = new CountDownLatch(1);
        private final CountDownLatch all = new CountDownLatch(Parts.CONNECTIONS);
        private final List<CompletableFuture<Boolean>> holders = new ArrayList<>();

        Taken(Parts parts) {
            for (int i = 0; i < Parts.CONNECTIONS; i++) {
                holders.add(parts.call(LONG, (session, life) -> {
                            all.countDown();
                            Parts.awaiting(end);
                            return true;
                        })
                        .toCompletableFuture());
            }
        }

        void awaitAll() {
            Parts.awaiting(all);
        }

        @Override
        public void close() {
            end.countDown();
            holders.forEach(OpenedBackend::await);
        }
    }

    /** Remembers on which thread the last step ran. */
    private record Recorded(LockSteps steps, AtomicReference<Thread> thread) implements LockSteps {

        Recorded(LockSteps steps) {
            this(steps, new AtomicReference<>());
        }

        @Override
        public AuthorityReply authority(Session session, Life life, String space) throws SQLException {
            return steps.authority(session, life, space);
        }

        @Override
        public boolean replace(
                Session session, Life life, String space, long expectedRevision, Authority next, long notAfter)
                throws SQLException {
            return steps.replace(session, life, space, expectedRevision, next, notAfter);
        }

        @Override
        public LockReply perform(Session session, Life life, LockRequest request) throws SQLException {
            thread.set(Thread.currentThread());
            return steps.perform(session, life, request);
        }

        @Override
        public String now() {
            return steps.now();
        }
    }
}
