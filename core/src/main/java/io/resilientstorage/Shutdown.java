package io.resilientstorage;

import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.event.EventDispatcher;
import io.resilientstorage.execution.CallGate;
import io.resilientstorage.execution.Callbacks;
import io.resilientstorage.health.Prober;
import io.resilientstorage.lock.LockEngine;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.Replication;
import io.resilientstorage.replication.Replicator;
import io.resilientstorage.time.PauseMonitor;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the parts of a storage, each once, from the outside in: calls, locks, recovery, pending records, probes,
 * backends, callbacks, events, timers. A part that fails to stop keeps none of the others from stopping.
 */
final class Shutdown {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** Whatever the patience, each part gets this long to end its threads. */
    private static final Duration LEAST = Duration.ofMillis(100);

    private final CallGate gate;
    private final LockEngine locks;
    private final List<Member> members;
    private final Replication replication;
    private final List<Prober> probers;
    private final Runnable recovery;
    private final PauseMonitor pauses;
    private final Callbacks callbacks;
    private final EventDispatcher events;
    private final Time time;
    private final boolean ownsTime;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean drained;

    Shutdown(
            CallGate gate,
            LockEngine locks,
            List<Member> members,
            Replication replication,
            List<Prober> probers,
            Runnable recovery,
            PauseMonitor pauses,
            Callbacks callbacks,
            EventDispatcher events,
            Time time,
            boolean ownsTime) {
        this.gate = gate;
        this.locks = locks;
        this.members = members;
        this.replication = replication;
        this.probers = probers;
        this.recovery = recovery;
        this.pauses = pauses;
        this.callbacks = callbacks;
        this.events = events;
        this.time = time;
        this.ownsTime = ownsTime;
    }

    /** Whether all calls ended in time. */
    boolean run(Duration patience) {
        if (!begun.compareAndSet(false, true)) {
            return drained;
        }
        long deadline = time.clock().nanos() + patience.toNanos();
        int left = gate.close(patience);
        drained = left == 0;
        if (!drained) {
            LOG.warn("Closed with {} calls still waiting after {}", left, patience);
        }
        attempt("locks", () -> locks.close(left(deadline)));
        attempt("recovery", recovery);
        attempt("replication", () -> flush(left(deadline)));
        probers.forEach(prober -> attempt("prober", prober::stop));
        closeParts(members, callbacks, events, pauses, time, ownsTime, () -> left(deadline));
        return drained;
    }

    /** Closes what is there before anything is served, as the last of a shutdown or because that is never to be. */
    static void closeParts(
            List<Member> members,
            Callbacks callbacks,
            EventDispatcher events,
            PauseMonitor pauses,
            Time time,
            boolean ownsTime,
            Supplier<Duration> left) {
        for (Member member : members) {
            attempt(member.name(), () -> member.backend().close(left.get()));
        }
        attempt("callbacks", () -> callbacks.close(left.get()));
        attempt("events", () -> events.close(left.get()));
        pauses.stop();
        if (ownsTime) {
            attempt("time", time::close);
        }
    }

    /** What is pending gets the time that is left; what stays is told, and whether a hint keeps it. */
    private void flush(Duration patience) {
        replication.flush(patience);
        for (Member member : replication.mirrors().mirrors()) {
            Replicator replicator = replication.replicator(member.index());
            if (replicator != null && !replicator.isEmpty()) {
                events.publish(new StorageEvent.NotFlushed(
                        Instant.ofEpochMilli(time.clock().wallMillis()),
                        member.name(),
                        replicator.size(),
                        replicator.unhinted() == 0));
            }
        }
        replication.stop();
    }

    private Duration left(long deadline) {
        Duration left = Duration.ofNanos(deadline - time.clock().nanos());
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }

    private static void attempt(String part, Runnable stop) {
        try {
            stop.run();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            LOG.error("{} failed to stop", part, e);
        }
    }
}
