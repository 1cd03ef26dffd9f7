package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.InvalidSettingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops calls to something that is failing, and finds out with a few trials when it works again.
 *
 * <p>CLOSED lets every call through and opens after too many failures in a row, or when too large a share of the last
 * calls failed or was slow. OPEN refuses at once, until a reset delay is over. HALF_OPEN lets a few trials through,
 * which close it or open it again with a longer delay. See {@link io.resilientstorage.config.CircuitBreakerSettings}
 * for the numbers.
 *
 * <pre>{@code
 * CircuitBreaker breaker = CircuitBreaker.builder("payments").build();
 * String receipt = breaker.call(() -> payments.charge(order));
 * }</pre>
 *
 * <p>Or with the permit in hand: {@link #tryAcquire()}, then exactly one method of {@link Permit}.
 *
 * <p>Safe for use by several threads; nothing here blocks. It has no thread and no timer and needs no closing. Only
 * monotonic time is measured: a step of the wall clock changes nothing but the date that {@link #openedAt()} shows.
 */
public final class CircuitBreaker {

    private final String name;
    private final StateMachine machine;
    private final Guard guard;

    CircuitBreaker(String name, StateMachine machine, Guard guard) {
        this.name = name;
        this.machine = machine;
        this.guard = guard;
    }

    /**
     * Begins a breaker.
     *
     * @param name what it is called in logs and exceptions
     * @throws InvalidSettingException if the name is blank
     */
    public static CircuitBreakerBuilder builder(String name) {
        return new CircuitBreakerBuilder(name);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /**
     * Asks for leave to make a call. In CLOSED this is one volatile read, and always the same permit. The first one to
     * ask after the reset delay turns OPEN into HALF_OPEN and gets a trial, unless only the prober tries.
     */
    public Admission tryAcquire() {
        return machine.state().acquire();
    }

    /**
     * Asks for leave to make a trial, for a prober in the background: in OPEN only after the reset delay, which turns
     * it into HALF_OPEN; in HALF_OPEN if a trial is free; in CLOSED it is {@link #tryAcquire()}.
     */
    public Admission tryTrial() {
        return machine.state().trial();
    }

    /**
     * Makes a call if the circuit lets it through.
     *
     * @param work the call, made on this thread
     * @return what it returned
     * @throws CircuitOpenException if the circuit does not let it through; the call was not made
     * @throws E what the call threw, as it is
     */
    public <T extends @Nullable Object, E extends Exception> T call(GuardedCall<T, E> work) throws E {
        return guard.call(tryAcquire(), work);
    }

    /**
     * Begins a call if the circuit lets it through.
     *
     * @param work begins the call, on this thread
     * @return a stage that ends as the call's does, after its result was counted; it fails with
     *     {@link CircuitOpenException} if the call was not begun, and with what {@code work} threw if it threw
     */
    public <T extends @Nullable Object> CompletionStage<T> callAsync(Supplier<? extends CompletionStage<T>> work) {
        return guard.callAsync(tryAcquire(), work);
    }

    /** The state. A question that changes nothing: OPEN stays OPEN after the reset delay until a call asks. */
    public Circuit state() {
        return machine.state().circuit();
    }

    /** Whether every call is let through, that is, whether it is CLOSED. One volatile read. */
    public boolean allowsCalls() {
        return machine.state() instanceof Closed;
    }

    /** The failures since the last success, those of trials included. */
    public int consecutiveFailures() {
        return machine.streak().length();
    }

    /** The last failure that was counted, also if calls have succeeded since. */
    public Optional<Throwable> lastFailure() {
        return machine.streak().last();
    }

    /** The date at which it left CLOSED, by the wall clock of that moment; empty while CLOSED. */
    public Optional<Instant> openedAt() {
        return machine.outage().map(outage -> Instant.ofEpochMilli(outage.sinceWallMillis()));
    }

    /** How long ago it left CLOSED, HALF_OPEN included; empty while CLOSED. */
    public Optional<Duration> openFor() {
        return machine.outage().map(outage -> Duration.ofNanos(machine.now() - outage.sinceNanos()));
    }

    /** How often it has become OPEN. */
    public long openings() {
        return machine.openings();
    }

    /**
     * Tells that a probe has just found the callee well: closes from OPEN or HALF_OPEN without waiting for the reset
     * delay, by way of both transitions. Does nothing in CLOSED.
     *
     * @return whether this closed it
     */
    public boolean probeSucceeded() {
        return probeSucceeded(openings());
    }

    /**
     * As {@link #probeSucceeded()}, but does nothing if the circuit has become OPEN since the probe was begun: what the
     * probe saw may be older than what the calls saw.
     *
     * @param openingsBefore {@link #openings()} as it was when the probe was begun
     * @return whether this closed it
     */
    public boolean probeSucceeded(long openingsBefore) {
        return machine.probeSucceeded(openingsBefore);
    }

    /** Name and state. */
    @Override
    public String toString() {
        return "CircuitBreaker[" + name + ", " + state() + "]";
    }
}
