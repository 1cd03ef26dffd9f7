package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls go through, and failures are counted.
 *
 * <p>While all is well, a call reads two fields and writes none: it takes the one permit, and its success finds no
 * window. The first failure or slow call begins a window; from then on successes are counted too, until a window's
 * length has passed without another failure or slow call. So the rates are those of the calls since trouble began, and
 * not of the good calls before it: a circuit that has trouble opens a little sooner than with a full count.
 *
 * <p>Invariant: no window means no failures in a row. A failure makes both under the lock, and only a success, which
 * ends the row first, takes the window away. So a success that sees no window, or no failure in the row, has nothing to
 * reset: it takes its place before any failure that is being counted at the same time, and the count is exact.
 */
final class Closed extends State {

    private final SharedPermit permit = new SharedPermit(this);
    private final long slowNanos;
    private volatile @Nullable Window window;

    Closed(StateMachine machine, long since, long openings) {
        super(machine, since, openings);
        slowNanos = machine.settings().slowCallDuration().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    }

    @Override
    Circuit circuit() {
        return Circuit.CLOSED;
    }

    @Override
    Admission acquire() {
        return permit;
    }

    @Override
    Admission trial() {
        return permit;
    }

    void succeeded(long elapsedNanos) {
        if (elapsedNanos >= slowNanos) {
            machine.runWhileIn(this, this::countSlow);
            return;
        }
        Window open = window;
        if (open == null) {
            return;
        }
        boolean nothingToReset = machine.streak().length() == 0;
        if (nothingToReset && open.countedSuccess(machine.now())) {
            return;
        }
        machine.runWhileIn(this, this::countSuccess);
    }

    void failed(Throwable failure) {
        machine.runWhileIn(this, () -> {
            machine.streak().lengthen(failure);
            Window counting = counting();
            counting.failure(machine.now());
            judge(counting, Optional.of(failure));
        });
    }

    private void countSlow() {
        machine.streak().end();
        Window counting = counting();
        counting.slow(machine.now());
        judge(counting, Optional.empty());
    }

    private void countSuccess() {
        machine.streak().end();
        Window counting = counting();
        counting.success(machine.now());
        if (counting.clean()) {
            window = null;
        }
    }

    private void judge(Window counted, Optional<Throwable> failure) {
        OpeningRule.judge(machine.streak().length(), counted.counts(), machine.settings())
                .ifPresent(cause -> machine.open(cause, failure));
    }

    private Window counting() {
        Window open = window;
        if (open == null) {
            open = new Window(machine.settings().window().toNanos(), machine.now());
            window = open;
        }
        return open;
    }
}
