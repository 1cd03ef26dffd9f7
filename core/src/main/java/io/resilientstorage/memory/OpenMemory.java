package io.resilientstorage.memory;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link MemoryBackend} from its opening to its close. */
final class OpenMemory {

    /** How often what has ended is freed: often enough that it is never much at once. */
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);

    /** Between two steps of a sweep that has much to do, so that other timers get their turn. */
    private static final Duration NEXT_STEP = Duration.ofMillis(1);

    private static final Logger LOG = LoggerFactory.getLogger(OpenMemory.class);

    private final MemoryBounds bounds;
    private final BackendContext context;
    private final ReferenceClock clock;
    private final MemoryRecords records;
    private final MemoryHints hints;
    private final MemoryScan scan;
    private final MemoryLocks locks;
    private final Incarnation incarnation;
    private volatile boolean closed;
    private volatile Timers.@Nullable Timer sweep;

    OpenMemory(MemoryBounds bounds, BackendContext context) {
        this.bounds = bounds;
        this.context = context;
        this.clock = context.referenceClock();
        this.records = new MemoryRecords(bounds, context.time().clock(), clock, context.tombstoneLife());
        this.hints = new MemoryHints(records, clock);
        this.scan = new MemoryScan(records, clock);
        this.incarnation = new Incarnation(
                "memory-" + Long.toHexString(context.time().randomness().nextLong()));
        this.locks = new MemoryLocks(clock, incarnation, bounds.maxBytes() / 4);
        scheduleSweep(SWEEP_EVERY);
    }

    MemoryRecords records() {
        return records;
    }

    MemoryHints hints() {
        return hints;
    }

    MemoryScan scan() {
        return scan;
    }

    MemoryLocks locks() {
        return locks;
    }

    Incarnation incarnation() {
        return incarnation;
    }

    private void scheduleSweep(Duration delay) {
        if (!closed) {
            sweep = context.time().timers().schedule(delay, this::sweepAndGoOn);
        }
    }

    private void sweepAndGoOn() {
        boolean more = false;
        try {
            locks.sweep();
            more = records.sweep();
        } finally {
            scheduleSweep(more ? NEXT_STEP : SWEEP_EVERY);
        }
    }

    ReadReply read(ReadRequest request) {
        List<RecordKey> keys = request.keys();
        if (keys.size() == 1) {
            return new ReadReply(
                    List.of(answer(new Slot(request.generation(), keys.get(0)))), incarnation, missTrust());
        }
        List<ReadAnswer> answers = new ArrayList<>(keys.size());
        for (RecordKey key : keys) {
            answers.add(answer(new Slot(request.generation(), key)));
        }
        return new ReadReply(answers, incarnation, missTrust());
    }

    private MissTrust missTrust() {
        return MissTrust.unlessEvicted(records.hasEvicted());
    }

    ReadAnswer answer(Slot slot) {
        Held held = records.find(slot);
        if (held == null) {
            return ReadAnswer.Miss.NOTHING;
        }
        return held.isLiveBy(clock)
                ? new ReadAnswer.Hit(held.record())
                : new ReadAnswer.Miss(held.record().version());
    }

    /** @throws BackendException if a record is larger than the bound, or too much is pinned; then nothing was stored */
    ApplyReply apply(ApplyRequest request) {
        long newHints = 0;
        long newBytes = 0;
        for (Change change : request.changes()) {
            long bytes = Held.bytes(change.record());
            if (bytes > bounds.maxBytes()) {
                throw BackendException.refused("a record of " + bytes
                        + " bytes is larger than all that may be kept in memory, " + bounds.maxBytes());
            }
            if (!change.hintsFor().isEmpty()) {
                // What stands with a hint has its room. Should another carry that hint meanwhile, this one is too many.
                Held standing = records.find(
                        new Slot(request.generation(), change.record().key()));
                newHints += change.hintsFor().size() - MemoryRecords.hintsOf(standing, change.hintsFor());
                newBytes += Math.max(0, bytes - MemoryRecords.pinnedBytesOf(standing));
            }
        }
        PinBudget pins = records.pins();
        boolean grows = newHints > 0 || newBytes > 0;
        if (grows && !pins.reserve(newHints, newBytes)) {
            throw BackendException.overloaded(pins.describe());
        }
        try {
            List<ApplyResult> results = new ArrayList<>(request.changes().size());
            for (Change change : request.changes()) {
                results.add(apply(request, change));
            }
            return new ApplyReply(results, incarnation);
        } finally {
            if (grows) {
                pins.add(-newHints, -newBytes);
            }
        }
    }

    private ApplyResult apply(ApplyRequest request, Change change) {
        Application application = new Application(request, change);
        records.change(application.slot, application);
        return Objects.requireNonNull(application.result, "a step that was not run");
    }

    /** One change, in its slot's atomic step. */
    private final class Application implements MemoryRecords.Step {
        private final ApplyRequest request;
        private final Change change;
        private final Slot slot;
        private @Nullable ApplyResult result;

        Application(ApplyRequest request, Change change) {
            this.request = request;
            this.change = change;
            this.slot = new Slot(request.generation(), change.record().key());
        }

        @Override
        public @Nullable Held next(@Nullable Held standing) {
            long now = clock.millis();
            ApplyRule rule = ApplyRule.of(request, now, context.tombstoneLife());
            ApplyRule.Verdict verdict =
                    rule.decide(change, Optional.ofNullable(standing).map(held -> held.recordAt(now)));
            result = verdict.result();
            return verdict.store().isEmpty()
                    ? standing
                    : hints.note(slot, standing, verdict.store().get(), change.hintsFor());
        }
    }

    /** Forgets everything. */
    void close() {
        closed = true;
        Timers.Timer last = sweep;
        if (last != null) {
            last.cancel();
        }
        long pinned = records.pins().hints();
        if (pinned > 0) {
            LOG.warn("Memory backend '{}' was closed with {} hints: what only it held is lost", context.name(), pinned);
        }
        records.clear();
    }
}
