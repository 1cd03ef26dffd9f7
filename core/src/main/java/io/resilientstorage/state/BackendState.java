package io.resilientstorage.state;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;
import io.resilientstorage.routing.BackendView;
import java.util.Optional;

/**
 * All that the engine knows of one backend. Immutable.
 *
 * @param identity what never changes
 * @param health as probes tell
 * @param circuit as the results of calls tell
 * @param sync as recovery tells
 * @param online whether it was not taken offline
 * @param readyForFailback whether it has been healthy for the failback delay
 * @param lastError what the last failure said
 * @param healthSince monotonic nanoseconds at which its health became what it is
 * @param incarnation the life of the backend that was seen last, empty until the first reply
 */
public record BackendState(
        Identity identity,
        Health health,
        Circuit circuit,
        Sync sync,
        boolean online,
        boolean readyForFailback,
        Optional<String> lastError,
        long healthSince,
        Optional<String> incarnation) {

    /**
     * What never changes of a backend.
     *
     * @param name its name
     * @param type its kind
     * @param scope who shares what it holds
     * @param durability whether it keeps an acknowledged write through its own restart
     * @param priority lower is better
     * @param mirrored whether it is to have every record, so that it can be out of sync
     * @param decides whether writes begin at it while nothing fails, so that it is the one that all processes let judge
     *     conditions
     */
    public record Identity(
            String name,
            BackendType type,
            Scope scope,
            Durability durability,
            int priority,
            boolean mirrored,
            boolean decides) {}

    /** A backend that was not probed yet. */
    public static BackendState initial(Identity identity, long nanos) {
        return new BackendState(
                identity,
                Health.UNHEALTHY,
                Circuit.CLOSED,
                identity.mirrored() ? Sync.CATCHING_UP : Sync.IN_SYNC,
                true,
                false,
                Optional.of("not probed yet"),
                nanos,
                Optional.empty());
    }

    /** Its name. */
    public String name() {
        return identity.name();
    }

    /** Whether it is well in every respect. */
    public boolean isWell() {
        return health == Health.HEALTHY && circuit == Circuit.CLOSED;
    }

    /** Why it does not serve, or what it said last. */
    public String trouble() {
        String error = lastError.map(e -> ": " + e).orElse("");
        if (!online) {
            return "taken offline";
        }
        return circuit == Circuit.CLOSED ? health + error : "circuit " + circuit + error;
    }

    /** Whether the life of the backend that was seen last is this one. */
    boolean isIncarnation(String value) {
        return incarnation.isPresent() && incarnation.get().equals(value);
    }

    /** Whether writes may go to it. */
    public boolean isRoutable() {
        return view().isRoutable();
    }

    BackendState withHealth(Health value, Optional<String> error, long nanos) {
        long since = value == health ? healthSince : nanos;
        return new BackendState(identity, value, circuit, sync, online, readyForFailback, error, since, incarnation)
                .doubted();
    }

    BackendState withCircuit(Circuit value, Optional<String> error) {
        return new BackendState(
                        identity,
                        health,
                        value,
                        sync,
                        online,
                        readyForFailback,
                        error.or(() -> lastError),
                        healthSince,
                        incarnation)
                .doubted();
    }

    BackendState withOnline(boolean value) {
        return new BackendState(
                        identity, health, circuit, sync, value, readyForFailback, lastError, healthSince, incarnation)
                .doubted();
    }

    /** One that cannot be reached misses writes: it has to catch up before it is in sync again. */
    private BackendState doubted() {
        return isRoutable() ? this : outOfSync();
    }

    private BackendState outOfSync() {
        return sync == Sync.IN_SYNC && identity.mirrored() ? withSync(Sync.CATCHING_UP) : this;
    }

    /**
     * This state, as it counts for a reply to what was asked in an earlier one: out of sync, if the backend was then or
     * had another life. It may have got what it lacked only after it replied.
     */
    public BackendState asSeenSince(BackendState earlier) {
        boolean same = earlier.sync == Sync.IN_SYNC && earlier.incarnation.equals(incarnation);
        return same ? this : outOfSync();
    }

    BackendState withSync(Sync value) {
        return new BackendState(
                identity, health, circuit, value, online, readyForFailback, lastError, healthSince, incarnation);
    }

    /** The backend in this life; if it had another one before, it may not have what it had. */
    BackendState withIncarnation(String value) {
        BackendState seen = new BackendState(
                identity, health, circuit, sync, online, readyForFailback, lastError, healthSince, Optional.of(value));
        return incarnation.isEmpty() ? seen : seen.outOfSync();
    }

    BackendState withReadyForFailback(boolean value) {
        return new BackendState(identity, health, circuit, sync, online, value, lastError, healthSince, incarnation);
    }

    BackendView view() {
        return new BackendView(
                identity.name(),
                identity.priority(),
                identity.scope(),
                health,
                circuit,
                sync,
                online,
                readyForFailback);
    }
}
