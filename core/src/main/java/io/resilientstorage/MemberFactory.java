package io.resilientstorage;

import io.resilientstorage.api.Scope;
import io.resilientstorage.breaker.CircuitBreaker;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.member.Member;
import io.resilientstorage.member.OpenedBackend;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.ClockOffset;
import io.resilientstorage.time.Time;
import java.util.ArrayList;
import java.util.List;

/** Gives each backend its circuit breaker and its clock. */
final class MemberFactory {

    private final StorageSettings settings;
    private final StateKeeper keeper;
    private final Time time;

    MemberFactory(StorageSettings settings, StateKeeper keeper, Time time) {
        this.settings = settings;
        this.keeper = keeper;
        this.time = time;
    }

    List<Member> members(List<ConfiguredBackend> configured) {
        List<Member> members = new ArrayList<>();
        for (int index = 0; index < configured.size(); index++) {
            ConfiguredBackend backend = configured.get(index);
            OpenedBackend opened = new OpenedBackend(backend.backend());
            members.add(new Member(
                    index,
                    backend.settings(),
                    opened,
                    backend.traits(),
                    opened.immediateReads(),
                    breaker(index, backend.settings().name()),
                    new ClockOffset(),
                    slowNanos(backend)));
        }
        return members;
    }

    /** Only what other backends could do quicker is slow: a slow file is better than memory, which forgets. */
    private static long slowNanos(ConfiguredBackend backend) {
        BackendSettings its = backend.settings();
        boolean counts = backend.traits().scope() == Scope.SHARED
                && its.slowCallDuration().compareTo(its.attemptTimeout()) < 0;
        return counts ? its.slowCallDuration().toNanos() : Long.MAX_VALUE;
    }

    private CircuitBreaker breaker(int index, String name) {
        return CircuitBreaker.builder(name)
                .threshold(Math.toIntExact(settings.get(Settings.CIRCUIT_BREAKER_THRESHOLD)))
                .initialReset(settings.get(Settings.CIRCUIT_BREAKER_INITIAL_RESET))
                .reset(settings.get(Settings.CIRCUIT_BREAKER_RESET))
                .onlyProberTries()
                .time(time)
                .onTransition(t -> keeper.circuit(
                        index, t.from(), t.to(), t.failure().map(f -> String.valueOf(f.getMessage())), t.lasted()))
                .build();
    }
}
