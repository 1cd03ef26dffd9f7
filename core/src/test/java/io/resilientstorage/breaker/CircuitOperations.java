package io.resilientstorage.breaker;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/**
 * What Lincheck does to a circuit. Each thread holds at most one permit at a time, in a place of its own, and carries
 * it through whatever the others do to the circuit meanwhile: so late results are the rule here.
 *
 * <p>Whether it lets calls through is asked, and not which state it is in: a probe goes through HALF_OPEN on its way
 * from OPEN to CLOSED, and who asks just then sees it.
 *
 * @param <P> the type of a permit
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public abstract class CircuitOperations<P> {

    private static final int MOST_THREADS = 4;

    private final AtomicReferenceArray<@Nullable P> held = new AtomicReferenceArray<>(MOST_THREADS);
    private final AtomicLongArray openingsBefore = new AtomicLongArray(MOST_THREADS);

    /** Opens the circuit, and lets the reset delay pass; each thread then holds a permit from before. */
    final void haveOutage() {
        for (int thread = 1; thread < MOST_THREADS; thread++) {
            ask(thread);
        }
        for (int i = 0; i < CircuitModel.THRESHOLD; i++) {
            ask(0);
            fail(0);
        }
        pass();
    }

    /** Asks for a permit; the thread's former one, if any, is forgotten. */
    @Operation
    public String ask(@Param(name = "thread") int thread) {
        P permit = acquire();
        held.set(thread, permit);
        return permit == null ? "refused" : isTrial(permit) ? "trial" : "call";
    }

    @Operation
    public boolean succeed(@Param(name = "thread") int thread) {
        P permit = held.getAndSet(thread, null);
        if (permit == null) {
            return false;
        }
        succeeded(permit);
        return true;
    }

    @Operation
    public boolean fail(@Param(name = "thread") int thread) {
        P permit = held.getAndSet(thread, null);
        if (permit == null) {
            return false;
        }
        failed(permit);
        return true;
    }

    @Operation
    public boolean release(@Param(name = "thread") int thread) {
        P permit = held.getAndSet(thread, null);
        if (permit == null) {
            return false;
        }
        released(permit);
        return true;
    }

    @Operation
    public void beginProbe(@Param(name = "thread") int thread) {
        openingsBefore.set(thread, openings());
    }

    /** The thread's probe found the callee well; says whether that closed the circuit. */
    @Operation
    public boolean endProbe(@Param(name = "thread") int thread) {
        return probeSucceeded(openingsBefore.get(thread));
    }

    /** The reset delay passes. */
    @Operation
    public abstract void pass();

    @Operation
    public abstract boolean allowsCalls();

    abstract long openings();

    abstract boolean probeSucceeded(long openingsBefore);

    abstract @Nullable P acquire();

    abstract boolean isTrial(P permit);

    abstract void succeeded(P permit);

    abstract void failed(P permit);

    abstract void released(P permit);
}
