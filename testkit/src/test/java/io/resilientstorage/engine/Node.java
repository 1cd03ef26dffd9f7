package io.resilientstorage.engine;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend;
import io.resilientstorage.testkit.FaultyBackend.Call;
import io.resilientstorage.time.Timers;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One backend of a {@link Lab}: a server that is really memory, and the faults before it. */
final class Node {

    private final String name;
    private final StandIn server;
    private final FaultyBackend faults;

    Node(String name, BackendTraits traits) {
        this.name = name;
        this.server = new StandIn(name, traits);
        this.faults = new FaultyBackend(server);
    }

    static Fault unreachable() {
        return Fault.fail(() -> BackendException.unreachable("connection refused"));
    }

    static Fault noAnswer() {
        return Fault.fail(() -> BackendException.noAnswer("connection lost"));
    }

    static Fault refused() {
        return Fault.fail(() -> BackendException.refused("read-only"));
    }

    static Fault invalid() {
        return Fault.fail(() -> BackendException.invalid("no such encoding"));
    }

    static Fault overloaded() {
        return Fault.fail(() -> BackendException.overloaded("the pool is full"));
    }

    /** Does something just before what was asked for. */
    static Fault before(Runnable step) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
                step.run();
                return call.get();
            }
        };
    }

    String name() {
        return name;
    }

    StandIn server() {
        return server;
    }

    FaultyBackend faults() {
        return faults;
    }

    /** Calls and probes fail at once. */
    void down() {
        faults.inject(unreachable());
    }

    /** Calls and probes never end. */
    void hang() {
        faults.inject(Fault.hang());
    }

    void heal() {
        faults.heal();
    }

    /** Calls meet the fault, probes do not. */
    void failCalls(Fault fault) {
        faults.inject(fault, Call.READ, Call.APPLY);
    }

    long reads() {
        return faults.calls(Call.READ);
    }

    long writes() {
        return faults.calls(Call.APPLY);
    }

    long probes() {
        return faults.calls(Call.PROBE);
    }
}
