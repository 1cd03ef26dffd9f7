package io.resilientstorage.replication;

import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.Sync;
import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.replication.PendingRecords.Done;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that every backend of the {@link MirrorSet} gets every record: at once those that this process writes, by
 * {@link Replicator}s, and in the background all of which a hint is kept, by {@link HintCarrier}s. Safe for use by
 * several threads.
 */
public final class Replication {

    private final MirrorSet mirrors;
    private final Attempts attempts;
    private final Lives lives;
    private final EventSink events;
    private final StorageSettings settings;
    private final SendBack sendBack;
    private final SecondLook secondLook;
    private final Map<Integer, DeliveryRate> rates = new HashMap<>();
    private final Map<Integer, Replicator> replicators = new HashMap<>();
    private final Overlay overlay;
    private final Map<Integer, HintClearing> clearings = new ConcurrentHashMap<>();
    private final List<HintCarrier> carriers = new CopyOnWriteArrayList<>();
    private final ReentrantLock making = new ReentrantLock();
    private final ReferenceClock reference;
    private volatile boolean stopped;
    private volatile Runnable looked = () -> {};
    private volatile IntConsumer forgot = index -> {};
    private volatile BiPredicate<Integer, String> whole = (index, life) -> false;

    /** Replication that carries nothing until {@link #start}. */
    public Replication(
            MirrorSet mirrors,
            Attempts attempts,
            ReferenceClock reference,
            StorageSettings settings,
            EventSink events) {
        this.events = events;
        this.settings = settings;
        this.mirrors = mirrors;
        this.attempts = attempts;
        this.reference = reference;
        this.lives = new Lives(attempts.keeper());
        this.overlay = new Overlay(mirrors.members().size());
        this.sendBack = new SendBack(mirrors, attempts.time(), lives, events, this::replicator);
        this.secondLook = new SecondLook(mirrors, attempts, overlay::newest);
        LifeLook lifeLook = new LifeLook(mirrors, attempts, lives, this::sentinelSeen);
        for (Member target : mirrors.mirrors()) {
            DeliveryRate rate = new DeliveryRate(attempts.time().clock());
            rates.put(target.index(), rate);
            PendingRecords pending = new PendingRecords(
                    settings.get(Settings.MAX_PENDING_RECORDS),
                    settings.get(Settings.MAX_PENDING_BYTES),
                    mirrors::outlivesProcess);
            Replicator replicator = new Replicator(
                    target,
                    sendBack::hintsOfReplay,
                    attempts,
                    reference,
                    pending,
                    secondLook,
                    lifeLook,
                    events,
                    this::delivered,
                    rate::delivered,
                    () -> looked.run());
            replicators.put(target.index(), replicator);
            overlay.add(target.index(), replicator);
        }
        carryFromAllThatAreOpen();
    }

    /**
     * Carries hints from each backend that is open and keeps any. One that could not be opened at the start says only
     * later whether it does.
     */
    private List<HintCarrier> carryFromAllThatAreOpen() {
        List<HintCarrier> begun = new ArrayList<>();
        making.lock();
        try {
            for (Member source : mirrors.members()) {
                if (!clearings.containsKey(source.index())) {
                    source.backend().hints().ifPresent(hints -> begun.addAll(carriers(source, hints)));
                }
            }
            carriers.addAll(begun);
        } finally {
            making.unlock();
        }
        return begun;
    }

    private List<HintCarrier> carriers(Member source, HintStore hints) {
        HintClearing clearing =
                new HintClearing(source, hints, attempts.time(), lives, this::lost, () -> lookWhereNeeded(source));
        clearings.put(source.index(), clearing);
        return mirrors.mirrors().stream()
                .filter(target -> target.index() != source.index())
                .map(target -> new HintCarrier(
                        source,
                        target,
                        hints,
                        mirrors,
                        secondLook,
                        attempts,
                        reference,
                        events,
                        settings.get(Settings.HINT_POLL_INTERVAL),
                        () -> needsAll(target),
                        life -> whole.test(source.index(), life),
                        own(source, target, clearing),
                        Objects.requireNonNull(rates.get(target.index()))::delivered,
                        () -> looked.run()))
                .toList();
    }

    private OwnHints own(Member source, Member target, HintClearing clearing) {
        Replicator replicator = replicator(target);
        return new OwnHints(
                () -> replicator.hintedAt(source.index()),
                replicator::oldestSince,
                clearing::size,
                attempts.time().clock());
    }

    private boolean needsAll(Member target) {
        return attempts.keeper().current().backend(target.index()).sync() != Sync.IN_SYNC;
    }

    /**
     * Begins to carry hints.
     *
     * @param afterLook told after each look at the hints of a backend
     * @param whenForgotten told of a backend for which a record was forgotten here, so that only a hint knows of it
     * @param isWhole whether recovery found that a backend, in the life of that id, has all that it had
     */
    public void start(Runnable afterLook, IntConsumer whenForgotten, BiPredicate<Integer, String> isWhole) {
        whole = isWhole;
        looked = afterLook;
        forgot = whenForgotten;
        attempts.keeper().observe(lives::look);
        attempts.keeper().observe(sendBack::look);
        attempts.keeper().observe(this::pump);
        carriers.forEach(HintCarrier::look);
    }

    private void pump() {
        if (clearings.size() < mirrors.members().size() && !stopped) {
            carryFromAllThatAreOpen().forEach(HintCarrier::look);
        }
        replicators.values().forEach(Replicator::pump);
    }

    /** Waits until nothing is pending for a backend that can be reached, or the time is over. */
    public void flush(Duration patience) {
        CompletableFuture<?>[] all =
                replicators.values().stream().map(Replicator::drained).toArray(CompletableFuture<?>[]::new);
        // What is left is told by who closes.
        attempts.time().await(CompletableFuture.allOf(all), patience);
    }

    /** Carries nothing any more. */
    public void stop() {
        stopped = true;
        replicators.values().forEach(Replicator::stop);
        carriers.forEach(HintCarrier::stop);
        clearings.values().forEach(HintClearing::stop);
    }

    /** The backends that are to have every record. */
    public MirrorSet mirrors() {
        return mirrors;
    }

    /** What brings this backend what it still has to get; null if it is not to have every record. */
    public @Nullable Replicator replicator(int index) {
        return replicators.get(index);
    }

    /** What the replicators still have to bring, for those who read. */
    public Overlay overlay() {
        return overlay;
    }

    /**
     * Whether records may be taken by this backend as far as others have to get them. If it keeps no hints, or none
     * that outlive this process, only this process knows who lacks them. Nothing is reserved: calls that are under way
     * at the same time may all find the same room.
     */
    public boolean hasRoom(Member taker, WriteMode mode, int records, long bytes) {
        return (taker.backend().hints().isPresent() && mirrors.outlivesProcess(taker.index()))
                || mirrors.targets(taker.index(), mode).stream()
                        .allMatch(target -> replicator(target).hasRoom(records, bytes));
    }

    private Replicator replicator(Member target) {
        return Objects.requireNonNull(replicators.get(target.index()));
    }

    /** The names of those for whom a taker has to note a hint in the same step; none if it keeps no hints. */
    public Set<String> hintsFor(Member taker, WriteMode mode) {
        return taker.backend().hints().isEmpty() ? Set.of() : mirrors.namesOfTargets(taker.index(), mode);
    }

    /**
     * Takes over what a backend has just taken.
     *
     * @param taker the backend
     * @param incarnation its life
     * @param records the records under the versions that it assigned
     * @param mode the mode of their namespace
     * @param superseded whether it had something newer than they are
     * @param delivery who waits for the deliveries; null for nobody
     */
    public void offer(
            Member taker,
            String incarnation,
            List<VersionedRecord> records,
            WriteMode mode,
            boolean superseded,
            @Nullable Delivery delivery) {
        Origin origin = new Origin(
                taker.index(),
                lives.name(taker.index(), incarnation),
                taker.backend().hints().isPresent(),
                superseded);
        for (Member target : mirrors.targets(taker.index(), mode)) {
            offer(target, records, origin, delivery);
        }
    }

    /**
     * A record that better candidates have missed was found at a later one: they get it, if a shared backend has it.
     * What one host or one process has may be older than a deletion that it never heard of.
     *
     * @param candidates the indexes of the candidates, in the order in which they were asked
     * @param place the place of the one that was asked
     * @param lacks whether that one does not have it, but this process has it for others: a hint for it has to stand
     *     where the record does
     */
    public void repair(int[] candidates, int place, VersionedRecord record, boolean lacks) {
        if (!mirrors.contains(candidates[place])) {
            return;
        }
        for (int better = 0; better < place; better++) {
            int target = candidates[better];
            if (mirrors.contains(target)
                    && attempts.keeper().current().backend(target).isRoutable()) {
                Origin origin = lacks ? Origin.lostBy(target) : new Origin(candidates[place], "", true);
                replicator(mirrors.members().get(target)).offer(record, origin, null);
            }
        }
    }

    /**
     * A backend has something older than what this process still has to bring to others, and it had that before: it
     * gets it again. Where what has ended is forgotten, it is looked up before it is sent.
     */
    public void lostBy(int backend, VersionedRecord record, WriteMode mode) {
        if (mode != WriteMode.ACTIVE_ONLY && mirrors.contains(backend)) {
            replicator(mirrors.members().get(backend)).offer(record, Origin.lostBy(backend), null);
        }
    }

    private void offer(Member target, List<VersionedRecord> records, Origin origin, @Nullable Delivery delivery) {
        boolean all = true;
        for (VersionedRecord record : records) {
            all &= replicator(target)
                    .offer(record, origin, delivery != null && delivery.awaits(target.index()) ? delivery : null);
        }
        if (!all) {
            if (attempts.keeper().current().backend(target.index()).sync() == Sync.IN_SYNC) {
                events.publish(new StorageEvent.BacklogForgotten(
                        Instant.ofEpochMilli(attempts.time().clock().wallMillis()),
                        target.name(),
                        replicator(target).bound()));
            }
            forgot.accept(target.index());
        }
    }

    /**
     * A write met something newer at a backend. Who else lacks that is known to hints alone: until they were asked, the
     * others may be older than what the caller was told.
     */
    public void metNewer(Member holder, WriteMode mode) {
        mirrors.targets(holder.index(), mode).forEach(target -> forgot.accept(target.index()));
    }

    private void delivered(Member target, VersionedRecord record, Version has, Done done) {
        String targetLife = lives.now(target.index());
        clearings.forEach((source, clearing) -> {
            if ((done.sources() & (1 << source)) != 0) {
                String life = done.origin().source() == source ? done.origin().life() : "";
                clearing.clear(new HintClearing.Entry(target, record, has, life, targetLife, 0));
            }
        });
    }

    /** The source has another life than the one that acknowledged the records, or may have: they go back there. */
    private void lost(Member source, List<HintClearing.Entry> entries, @Nullable String incarnation) {
        if (incarnation != null) {
            attempts.keeper().seen(source.index(), incarnation);
        }
        sendBack.begin(source, entries, incarnation != null);
    }

    /** Called with what each look at the sentinel of a backend finds. */
    public void sentinelSeen(int index, Optional<Sentinel> sentinel) {
        lives.sentinelSeen(index, sentinel);
        sendBack.look();
    }

    /** What the backends said of their hints for one, by the index of the one that keeps them. Those not asked lack. */
    public Map<Integer, HintView> views(int target) {
        Map<Integer, HintView> views = new HashMap<>();
        for (HintCarrier carrier : carriers) {
            HintView view = carrier.view();
            if (carrier.target().index() == target && view != null) {
                views.put(carrier.source().index(), view);
            }
        }
        return views;
    }

    /** The indexes of those that may keep hints for one. */
    public List<Integer> sources(int target) {
        return carriers.stream()
                .filter(carrier -> carrier.target().index() == target)
                .map(carrier -> carrier.source().index())
                .toList();
    }

    /** What was cleared just now may have been all that a backend had to wait for. */
    private void lookWhereNeeded(Member source) {
        carriers.stream()
                .filter(carrier -> carrier.source().index() == source.index() && needsAll(carrier.target()))
                .forEach(HintCarrier::lookShortly);
    }

    /** Looks at all hints for one now. */
    public void lookSoon(int target) {
        carriers.stream().filter(carrier -> carrier.target().index() == target).forEach(HintCarrier::lookSoon);
    }

    /** How many records a second a backend got lately of those that it lacks. */
    public double rate(int index) {
        DeliveryRate rate = rates.get(index);
        return rate == null ? 0 : rate.perSecond();
    }

    /** How many hints for a backend were put aside, as far as was seen. */
    public long parked(int index) {
        return views(index).values().stream()
                .mapToLong(view -> view.summary().parked())
                .sum();
    }

    /** How many records a backend still has to get, as far as this process and the hints that it saw tell. */
    public long pending(int index) {
        Replicator replicator = replicators.get(index);
        long own = replicator == null ? 0 : replicator.size();
        long hinted = views(index).values().stream()
                .mapToLong(view -> view.summary().pending())
                .sum();
        return Math.max(own, hinted);
    }
}
