package io.resilientstorage.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Recovery;
import io.resilientstorage.api.Recovery.Step;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.breaker.CircuitBreaker;
import io.resilientstorage.config.BackendOptions;
import io.resilientstorage.member.Member;
import io.resilientstorage.member.OpenedBackend;
import io.resilientstorage.memory.MemoryBackend;
import io.resilientstorage.routing.PriorityStrategy;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.ClockOffset;
import io.resilientstorage.time.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a status shows of a backend's way back. */
class HealthReportTest {

    private static Member member(int index, String name) {
        return new Member(
                index,
                new BackendOptions().name(name).settings(name, index + 1, Duration.ofSeconds(1)),
                new OpenedBackend(new MemoryBackend()),
                new BackendTraits(BackendType.CUSTOM, Scope.SHARED, Durability.VOLATILE, true),
                Optional.empty(),
                CircuitBreaker.builder(name).build(),
                new ClockOffset(),
                Long.MAX_VALUE);
    }

    private static StateKeeper keeper(List<Member> members) {
        List<BackendState> states = new ArrayList<>();
        for (Member member : members) {
            states.add(BackendState.initial(
                    new BackendState.Identity(
                            member.name(),
                            BackendType.CUSTOM,
                            Scope.SHARED,
                            Durability.VOLATILE,
                            member.index() + 1,
                            true,
                            member.index() == 0),
                    0));
        }
        return new StateKeeper(states, new PriorityStrategy(), event -> {}, new SettableClock(0, 0));
    }

    @Test
    void eachBackendShowsItsOwnBacklog() {
        List<Member> members = List.of(member(0, "one"), member(1, "two"));
        Recovery recovery = Recovery.at(Step.WARMING_UP, 100, 10);
        HealthReport report = new HealthReport(
                members,
                keeper(members),
                index -> index == 1 ? new Backlog(7, 2, Optional.of(recovery)) : Backlog.NONE);

        Map<String, BackendStatus> backends = report.status().backends();

        assertThat(backends.get("two")).isNotNull().satisfies(two -> {
            assertThat(two.pending()).isEqualTo(7);
            assertThat(two.parked()).isEqualTo(2);
            assertThat(two.recovery()).contains(recovery);
        });
        assertThat(backends.get("one")).isNotNull().satisfies(one -> {
            assertThat(one.pending()).isZero();
            assertThat(one.parked()).isZero();
            assertThat(one.recovery()).isEmpty();
        });
    }
}
