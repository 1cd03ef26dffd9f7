package io.resilientstorage.replication;

import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.member.Member;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries records from one backend to another by the hints that the first keeps, whoever made them. Every process does
 * this, in {@link HintRound}s; a claim keeps two from carrying the same hint, and if they do it does no harm.
 *
 * <p>Runs by itself: each look schedules the next. Safe for use by several threads.
 */
final class HintCarrier {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** A hint that young is probably being delivered by who made it. */
    private static final Duration YOUNG = Duration.ofMillis(400);

    private static final Duration SHORTLY = Duration.ofMillis(50);

    private final Member source;
    private final Member target;
    private final HintStore store;
    private final HintRound round;
    private final Attempts attempts;
    private final Duration interval;
    private final BooleanSupplier needsAll;
    private final OwnHints own;
    private final Runnable looked;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean underWay;
    private boolean again;
    private boolean hastened;
    private boolean stopped;
    private Optional<Timer> next = Optional.empty();
    private volatile @Nullable HintView view;

    /**
     * A carrier that does nothing until {@link #look()}.
     *
     * @param needsAll whether the target wants all hints now, young ones too
     * @param whole whether recovery found that the source, in the life of that id, has all that it had
     * @param own those that this process sees to without carrying
     * @param looked told after each look
     */
    HintCarrier(
            Member source,
            Member target,
            HintStore store,
            MirrorSet mirrors,
            SecondLook secondLook,
            Attempts attempts,
            ReferenceClock reference,
            EventSink events,
            Duration interval,
            BooleanSupplier needsAll,
            Predicate<String> whole,
            OwnHints own,
            IntConsumer arrived,
            Runnable looked) {
        this.source = source;
        this.target = target;
        this.store = store;
        this.round =
                new HintRound(source, target, store, mirrors, secondLook, attempts, reference, events, whole, arrived);
        this.attempts = attempts;
        this.interval = interval;
        this.needsAll = needsAll;
        this.own = own;
        this.looked = looked;
    }

    /** What the source said last; null before it said anything. */
    @Nullable
    HintView view() {
        return view;
    }

    Member source() {
        return source;
    }

    Member target() {
        return target;
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    /** Looks now, unless a look is under way, and then again and again. */
    void look() {
        if (!begin()) {
            return;
        }
        if (!isRoutable(source)) {
            lookLater();
            return;
        }
        long askedAt = attempts.time().clock().nanos();
        long ownBefore = own.count();
        var unused = Question.ask(attempts.time(), TIMEOUT, () -> store.summary(target.name()))
                .whenComplete((summary, failure) -> {
                    if (failure == null) {
                        HintView seen = new HintView(summary, askedAt);
                        view = seen;
                        looked.run();
                        boolean due = needsAll.getAsBoolean() || seen.hasOlderThan(YOUNG);
                        if (summary.pending() > 0 && due && isRoutable(target) && !own.areAll(summary, ownBefore)) {
                            carry();
                            return;
                        }
                    }
                    lookLater();
                });
    }

    /** Looks as soon as it can: now, or after the look that is under way. */
    void lookSoon() {
        lock.lock();
        try {
            again = underWay;
            next.ifPresent(Timer::cancel);
            next = Optional.empty();
        } finally {
            lock.unlock();
        }
        look();
    }

    /** Looks again in a moment, and not after the whole interval: what the target waits for may have gone. */
    void lookShortly() {
        lock.lock();
        try {
            if (hastened || stopped) {
                return;
            }
            hastened = true;
            if (next.isPresent()) {
                next.get().cancel();
                next = Optional.of(attempts.time().timers().schedule(SHORTLY, this::look));
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            if (underWay || stopped) {
                return false;
            }
            underWay = true;
            again = false;
            hastened = false;
            next = Optional.empty();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void lookLater() {
        boolean now;
        lock.lock();
        try {
            underWay = false;
            now = again;
            if (!now && !stopped) {
                next = Optional.of(attempts.time().timers().schedule(hastened ? SHORTLY : jittered(), this::look));
            }
        } finally {
            lock.unlock();
        }
        if (now) {
            look();
        }
    }

    private void lookAgainNow() {
        lock.lock();
        try {
            underWay = false;
        } finally {
            lock.unlock();
        }
        look();
    }

    private Duration jittered() {
        double part = 0.8 + 0.2 * (attempts.time().randomness().nextLong() >>> 11) * 0x1.0p-53;
        return Duration.ofNanos((long) (interval.toNanos() * part));
    }

    private boolean isRoutable(Member member) {
        return attempts.keeper().current().backend(member.index()).isRoutable();
    }

    private void carry() {
        var unused = round.carry().whenComplete((carried, failure) -> {
            if (failure == null && carried) {
                lookAgainNow();
            } else {
                lookLater();
            }
        });
    }
}
