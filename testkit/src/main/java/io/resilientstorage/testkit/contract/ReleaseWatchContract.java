package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.ReleaseWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Hearing of locks that are released, for a backend whose {@link io.resilientstorage.backend.LockStore#watchReleases}
 * tells of them. One that cannot must say so, and has no such theme.
 */
public interface ReleaseWatchContract extends Contract {

    @Test
    default void aReleaseIsToldToAllWhoListenToThatSpaceByItsName() {
        LockCalls locks = locks(subject().namespace());
        LockCalls elsewhere = locks(subject().namespace() + "2");
        try (Heard one = new Heard(locks);
                Heard other = new Heard(locks);
                Heard stranger = new Heard(elsewhere)) {
            release(locks, "lock");
            release(elsewhere, "lock elsewhere");
            release(locks, "another lock");
            one.awaitNames("lock", "another lock");
            other.awaitNames("lock", "another lock");
            stranger.awaitNames("lock elsewhere");
        }
    }

    @Test
    default void everyNameIsToldAsItIs() {
        LockCalls locks = locks(subject().namespace());
        List<String> names = new ArrayList<>(Samples.keys());
        Samples.lookalikes().forEach(names::addAll);
        List<String> told = names.stream().distinct().toList();
        try (Heard heard = new Heard(locks)) {
            told.forEach(name -> release(locks, name));
            heard.awaitNames(told.toArray(String[]::new));
        }
    }

    @Test
    default void whoHasClosedItsWatchHearsNothingMore() {
        LockCalls locks = locks(subject().namespace());
        try (Heard heard = new Heard(locks);
                Heard left = new Heard(locks)) {
            release(locks, "before");
            left.awaitNames("before");
            left.watch.close();
            left.watch.close();
            release(locks, "after");
            // What tells of the second has been told of the first to all who are to hear it.
            release(locks, "at the end");
            heard.awaitNames("before", "after", "at the end");
            left.awaitNames("before");
        }
    }

    @Test
    default void whoComesAgainHearsAgain() {
        LockCalls locks = locks(subject().namespace());
        new Heard(locks).close();
        try (Heard heard = new Heard(locks)) {
            release(locks, "lock");
            heard.awaitNames("lock");
        }
    }

    private LockCalls locks(String space) {
        LockCalls locks = new LockCalls(subject(), space);
        locks.begin();
        return locks;
    }

    private static void release(LockCalls locks, String name) {
        locks.granted(name, "one");
        LockCalls.assertStatus(locks.release(name, "one", FencingToken.NONE), LockStatus.RELEASED);
    }

    /** One who listens, and has begun to hear. */
    final class Heard implements ReleaseWatch.Listener, AutoCloseable {

        private static final Duration PATIENCE = Duration.ofSeconds(5);

        private final ReleaseWatch watch;
        private final List<String> names = new CopyOnWriteArrayList<>();
        private final AtomicInteger begun = new AtomicInteger();

        private Heard(LockCalls locks) {
            watch = locks.store()
                    .watchReleases(locks.space(), this)
                    .orElseThrow(() -> new AssertionError("the backend tells nobody of releases"));
            Awaitility.await("listening").until(() -> begun.get() > 0);
        }

        private void awaitNames(String... expected) {
            Awaitility.await("what is told").atMost(PATIENCE).until(() -> names.size() >= expected.length);
            assertThat(names).containsExactly(expected);
        }

        @Override
        public void begun() {
            begun.incrementAndGet();
        }

        @Override
        public void released(String name) {
            names.add(name);
        }

        @Override
        public void ended() {}

        @Override
        public void close() {
            watch.close();
        }
    }
}
