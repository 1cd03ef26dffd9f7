package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.LeaderElection;
import io.resilientstorage.api.LeaderListener;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leaders: at most one by their own clocks, and a new one soon. */
class ElectionTest {

    private static final Duration TTL = Duration.ofSeconds(3);

    private final LockWorld world = new LockWorld().durableServer("sql");

    /** What one candidate was told. */
    private static final class Told implements LeaderListener {
        private final List<String> calls = new ArrayList<>();

        @Override
        public void elected(long fencingToken) {
            calls.add("elected " + fencingToken);
        }

        @Override
        public void steppedDown(long fencingToken) {
            calls.add("stepped down " + fencingToken);
        }
    }

    private static long leaders(List<LeaderElection> elections) {
        return elections.stream().filter(LeaderElection::isLeader).count();
    }

    @Test
    void oneLeadsAndWhenItClosesAnotherDoes() {
        Told first = new Told();
        LeaderElection one = world.process().locks().elect("boss", TTL, first);
        world.advance(Duration.ofSeconds(1));
        LeaderElection two = world.process().locks().elect("boss", TTL, new Told());
        world.advance(Duration.ofMinutes(1));
        assertThat(one.isLeader()).isTrue();
        assertThat(two.isLeader()).isFalse();
        assertThat(two.fencingToken()).isEmpty();
        long token = one.fencingToken().orElseThrow();

        one.close();
        assertThat(one.isLeader()).isFalse();
        assertThat(first.calls).containsExactly("elected " + token, "stepped down " + token);
        world.advance(Duration.ofMillis(500));
        assertThat(two.isLeader()).isTrue();
        assertThat(two.fencingToken().orElseThrow()).isGreaterThan(token);
    }

    /** I9, and a new leader within the lease and a second, whether the old one was killed or stopped. */
    @Test
    void whenLeadersAreKilledOrStoppedThereAreNeverTwo() {
        List<LockProcess> processes = new ArrayList<>();
        List<LeaderElection> elections = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            LockProcess process = world.process();
            processes.add(process);
            elections.add(process.locks().elect("boss", TTL, new Told()));
        }
        world.advance(Duration.ofSeconds(1));
        for (int round = 0; round < 50; round++) {
            int leader = -1;
            for (int i = 0; i < elections.size(); i++) {
                leader = elections.get(i).isLeader() ? i : leader;
            }
            assertThat(leader).isNotNegative();
            if (round % 2 == 0) {
                processes.get(leader).time().kill();
                LockProcess next = world.process();
                processes.set(leader, next);
                elections.add(leader, next.locks().elect("boss", TTL, new Told()));
                // The dead one stays where it can be counted for as long as it believes to lead.
                LeaderElection dead = elections.remove(leader + 1);
                until(() -> leaders(elections) == 1, () -> leaders(elections) + (dead.isLeader() ? 1 : 0));
            } else {
                LeaderElection stopped = elections.get(leader);
                processes.get(leader).time().pause(Duration.ofSeconds(10));
                until(() -> leaders(elections) == 1 && !stopped.isLeader(), () -> leaders(elections));
                world.advance(Duration.ofSeconds(10));
            }
        }
    }

    private void until(java.util.function.BooleanSupplier done, java.util.function.LongSupplier leaders) {
        long begun = world.time().clock().nanos();
        while (!done.getAsBoolean()) {
            assertThat(leaders.getAsLong()).isLessThanOrEqualTo(1);
            assertThat(Duration.ofNanos(world.time().clock().nanos() - begun)).isLessThan(TTL.plusSeconds(1));
            world.advance(Duration.ofMillis(5));
        }
    }

    @Test
    void aLeaderThatCannotRenewStepsDownBeforeItsLeaseEnds() {
        LockProcess process = world.process();
        Told told = new Told();
        LeaderElection election = process.locks().elect("boss", TTL, told);
        world.advance(Duration.ofSeconds(1));
        world.server("sql").down();
        while (election.isLeader()) {
            world.advance(Duration.ofMillis(1));
        }

        assertThat(told.calls).hasSize(2);
        assertThat(world.server("sql").holds("default", "boss")).isTrue();
        world.server("sql").up();
        world.advance(TTL.plusSeconds(1));
        assertThat(election.isLeader()).isTrue();
        assertThat(told.calls).hasSize(3);
    }

    @Test
    void whereThereCouldBeTwoLeadersThereIsNoElection() {
        LockProcess process = world.process(draft -> draft.set(Settings.LOCKS_POLICY, LockPolicy.BEST_EFFORT));

        assertThatThrownBy(() -> process.locks().elect("boss", TTL, new Told()))
                .isInstanceOf(InvalidRequestException.class);
    }
}
