package io.resilientstorage.health;

import io.resilientstorage.api.Health;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.breaker.CircuitBreaker;
import io.resilientstorage.breaker.Permit;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.member.Member;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.PauseMonitor;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes one backend for ever: each probe, however it ends, schedules the next. The only writer of the backend's
 * health, and the one that closes its circuit.
 *
 * <p>At most one probe is under way. It ends by its reply, its failure, or the time-out that the prober sets itself,
 * whichever comes first; a probe that never answers or that throws ends nothing but itself. Probes run on the timer's
 * thread, replies come on the backend's; what they share is guarded by {@code lock}, which is not held while the
 * backend or the {@link StateKeeper} is called.
 */
public final class Prober {

    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);

    /**
     * The part of an interval by which it is shortened or lengthened at random, so that processes do not probe in step.
     */
    private static final double JITTER = 0.1;

    /** After the first probe that contradicts the verdict, the second opinion comes so soon. */
    private static final Duration SECOND_OPINION = Duration.ofMillis(100);

    /**
     * A first probe that took longer has connected as well, and half of that would stand in the measured clock offset:
     * a second one measures it again, before the start is over.
     */
    private static final Duration PRECISE = Duration.ofMillis(20);

    private final Member member;
    private final StateKeeper keeper;
    private final ReferenceOffset offsets;
    private final Time time;
    private final PauseMonitor pauses;
    private final LatencyRule latency;
    private final Lateness lateness = new Lateness();
    private final Duration interval;
    private final Duration retryInterval;
    private final Duration timeout;
    private final CompletableFuture<Health> firstVerdict = new CompletableFuture<>();

    private volatile Duration firstProbeTimeout;

    private final ReentrantLock lock = new ReentrantLock();
    private Optional<HealthVerdict> verdict = Optional.empty();
    private Optional<Timer> next = Optional.empty();
    private long nextDue;
    private Optional<Long> lastBegun = Optional.empty();
    private boolean underWay;
    private boolean slow;
    private boolean urgent;
    private boolean hastened;
    private boolean stopped;
    private int goodInARow;

    /** A prober that does nothing until {@link #start}. */
    public Prober(
            Member member,
            StateKeeper keeper,
            ReferenceOffset offsets,
            Time time,
            PauseMonitor pauses,
            StorageSettings settings) {
        this.member = member;
        this.keeper = keeper;
        this.offsets = offsets;
        this.time = time;
        this.pauses = pauses;
        this.latency = LatencyRule.of(member);
        this.interval = settings.get(Settings.HEALTH_CHECK_INTERVAL);
        this.retryInterval = settings.get(Settings.HEALTH_CHECK_RETRY_INTERVAL);
        this.timeout = settings.get(Settings.HEALTH_CHECK_TIMEOUT);
        this.firstProbeTimeout = timeout;
    }

    /**
     * Probes at once, and from then on. The stage completes with the first verdict.
     *
     * @param firstTimeout how long the first probe may take: it also connects, and makes a schema
     */
    public CompletionStage<Health> start(Duration firstTimeout) {
        firstProbeTimeout = firstTimeout.compareTo(timeout) > 0 ? firstTimeout : timeout;
        probe();
        return firstVerdict;
    }

    /** Begins anew: the backend was brought online, and the next probe counts at once, as the first one did. */
    public void broughtOnline() {
        lock.lock();
        try {
            verdict = Optional.empty();
        } finally {
            lock.unlock();
        }
        probeSoon();
    }

    /** Probes now instead of later: a call failed. */
    public void probeSoon() {
        lock.lock();
        try {
            if (underWay) {
                urgent = true;
            } else if (!hastened) {
                hastened = true;
                schedule(soonest());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A call was slow: probes earlier than it would, but no sooner than the retry interval after the last probe, since
     * calls may be slow for ever for what they ask.
     */
    public void callWasSlow() {
        lock.lock();
        try {
            Duration wait = sinceLast(retryInterval);
            if (!underWay && next.isPresent() && time.clock().nanos() + wait.toNanos() - nextDue < 0) {
                schedule(wait);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many probes in a row were good. */
    public int goodInARow() {
        lock.lock();
        try {
            return goodInARow;
        } finally {
            lock.unlock();
        }
    }

    /** Probes no more. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            next.ifPresent(Timer::cancel);
        } finally {
            lock.unlock();
        }
    }

    private void probe() {
        lock.lock();
        try {
            // Another one may have been scheduled while this one waited for the lock; there must not be two from now
            // on.
            next.ifPresent(Timer::cancel);
            next = Optional.empty();
            hastened = false;
            if (underWay || stopped) {
                return;
            }
            if (!keeper.current().backend(member.index()).online()) {
                schedule(interval);
                return;
            }
            underWay = true;
            lastBegun = Optional.of(time.clock().nanos());
        } finally {
            lock.unlock();
        }
        new Probe().begin(firstVerdict.isDone() ? timeout : firstProbeTimeout);
    }

    /** One probe. */
    private final class Probe {

        private final Clock clock = time.clock();
        private final CircuitBreaker breaker = member.breaker();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final long begun = clock.nanos();
        private final long openings = breaker.openings();
        private final Optional<Permit> trial = trial();

        /**
         * A probe is the trial of a circuit that is not closed; it says nothing to one that is, for it is no user's
         * call.
         */
        private Optional<Permit> trial() {
            return !breaker.allowsCalls() && breaker.tryTrial() instanceof Permit permit
                    ? Optional.of(permit)
                    : Optional.empty();
        }

        void begin(Duration allowed) {
            Timer timer = time.timers()
                    .schedule(allowed, () -> fail(new TimeoutException("the probe had no answer in " + allowed)));
            try {
                member.backend().probe(allowed).whenComplete((reply, failure) -> {
                    timer.cancel();
                    if (failure == null) {
                        succeed(reply);
                    } else {
                        fail(
                                failure instanceof CompletionException && failure.getCause() != null
                                        ? failure.getCause()
                                        : failure);
                    }
                });
            } catch (RuntimeException | Error e) {
                timer.cancel();
                fail(e);
            }
        }

        private void succeed(ProbeReply reply) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            Duration took = Duration.ofNanos(clock.nanos() - begun);
            Optional<String> trouble;
            try {
                take(reply, took);
                trouble = reply.degraded().or(() -> slowness(took, pauses.pausedSince(begun)));
            } catch (RuntimeException | Error e) {
                // Nobody else would go on with the schedule.
                failed(e);
                return;
            }
            finish(trouble.isPresent() ? Health.DEGRADED : Health.HEALTHY, trouble, took);
        }

        private void take(ProbeReply reply, Duration took) {
            reply.serverMillis().ifPresent(server -> offsets.sample(member, server, took, clock.nanos()));
            keeper.seen(member.index(), reply.incarnation().id());
            answered(took);
        }

        /**
         * It answers, and that is all that a circuit is about; but in more time than a call has, it is no answer to a
         * call, and a circuit that closed would open again after a few calls more.
         */
        private void answered(Duration took) {
            boolean inTime = latency.isInTime(took);
            if (trial.isEmpty() && breaker.allowsCalls()) {
                lateness.whileClosed(inTime);
            } else if (!inTime && pauses.pausedSince(begun)) {
                trial.ifPresent(Permit::release);
            } else if (inTime || lateness.mayClose(clock.nanos())) {
                trial.ifPresent(permit -> permit.success(took));
                breaker.probeSucceeded(openings);
            } else {
                trial.ifPresent(permit -> permit.failure(latency.tooLate(took)));
            }
        }

        private void fail(Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                failed(failure);
            }
        }

        private void failed(Throwable failure) {
            boolean refused = failure instanceof BackendException e && e.kind() == BackendException.Kind.REFUSED;
            String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            if (refused) {
                // What it still does must be open to calls.
                answered(Duration.ofNanos(clock.nanos() - begun));
            } else {
                lateness.interrupted();
                trial.ifPresent(permit -> permit.failure(failure));
            }
            finish(
                    refused ? Health.DEGRADED : Health.UNHEALTHY,
                    Optional.of(message),
                    Duration.ofNanos(clock.nanos() - begun));
        }
    }

    /** Why an answered probe shows that the backend is slow, if it does. The first one also connects. */
    private Optional<String> slowness(Duration took, boolean paused) {
        lock.lock();
        try {
            slow = !paused && verdict.isPresent() && latency.isSlow(took, slow);
            return slow ? Optional.of(latency.describe(took)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void finish(Health outcome, Optional<String> cause, Duration took) {
        HealthVerdict now;
        boolean measureAgain;
        lock.lock();
        try {
            measureAgain = verdict.isEmpty() && outcome == Health.HEALTHY && took.compareTo(PRECISE) > 0;
            BackendState known = keeper.current().backend(member.index());
            now = verdict.map(v -> v.unlessRevised(known.health()).next(outcome))
                    .orElseGet(() -> HealthVerdict.first(outcome));
            verdict = Optional.of(now);
            goodInARow = outcome == Health.HEALTHY ? goodInARow + 1 : 0;
        } finally {
            lock.unlock();
        }
        LOG.debug("Probe of {}: {} {}, verdict {}", member.name(), outcome, cause.orElse(""), now.health());
        try {
            keeper.health(member.index(), now.health(), now.health() == Health.HEALTHY ? Optional.empty() : cause);
            if (!measureAgain) {
                firstVerdict.complete(now.health());
            }
        } finally {
            lock.lock();
            try {
                underWay = false;
                hastened = urgent || measureAgain;
                urgent = false;
                if (measureAgain) {
                    schedule(Duration.ZERO);
                } else {
                    schedule(hastened ? soonest() : pause(now));
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private Duration pause(HealthVerdict now) {
        if (!now.isSettled() && now.outcome() != Health.HEALTHY) {
            return retryInterval.compareTo(SECOND_OPINION) < 0 ? retryInterval : SECOND_OPINION;
        }
        BackendState state = keeper.current().backend(member.index());
        boolean settled = now.isSettled() && state.isWell() && !awaitsFailback(state);
        return settled ? interval : retryInterval.compareTo(interval) < 0 ? retryInterval : interval;
    }

    /** Under the lock: now, but not in a storm: calls that fail by the thousand ask for a probe each. */
    private Duration soonest() {
        return sinceLast(SECOND_OPINION);
    }

    /** Under the lock: how long until so much has passed since the last probe began. */
    private Duration sinceLast(Duration passed) {
        long now = time.clock().nanos();
        long wait = lastBegun.map(begun -> begun + passed.toNanos() - now).orElse(0L);
        return Duration.ofNanos(Math.max(0, wait));
    }

    /**
     * A better backend than the active one is probed often, so that it can show that it has been healthy for long
     * enough.
     */
    private boolean awaitsFailback(BackendState state) {
        int active = keeper.current().active().orElse(member.index());
        return member.index() < active && !state.readyForFailback();
    }

    /** Under the lock. */
    private void schedule(Duration delay) {
        next.ifPresent(Timer::cancel);
        if (!stopped) {
            double factor = 1 + JITTER * (2 * time.randomness().nextDouble() - 1);
            Duration jittered = Duration.ofNanos((long) (delay.toNanos() * factor));
            nextDue = time.clock().nanos() + delay.toNanos();
            next = Optional.of(time.timers().schedule(jittered, this::probe));
        }
    }
}
