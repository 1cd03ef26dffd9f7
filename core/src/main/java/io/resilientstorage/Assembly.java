package io.resilientstorage;

import io.resilientstorage.api.Health;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.event.EventDispatcher;
import io.resilientstorage.event.EventLog;
import io.resilientstorage.execution.CallGate;
import io.resilientstorage.execution.Callbacks;
import io.resilientstorage.execution.Engine;
import io.resilientstorage.execution.Knowledge;
import io.resilientstorage.execution.Stores;
import io.resilientstorage.execution.TermsRecord;
import io.resilientstorage.health.Backlog;
import io.resilientstorage.health.HealthReport;
import io.resilientstorage.health.Prober;
import io.resilientstorage.health.ReferenceOffset;
import io.resilientstorage.lock.LockBackend;
import io.resilientstorage.lock.LockEngine;
import io.resilientstorage.member.Member;
import io.resilientstorage.namespace.Agreements;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.recovery.FailbackWatch;
import io.resilientstorage.recovery.Recoverer;
import io.resilientstorage.recovery.SyncWatch;
import io.resilientstorage.recovery.WatermarkMover;
import io.resilientstorage.replication.MirrorSet;
import io.resilientstorage.replication.Replication;
import io.resilientstorage.routing.RoutingStrategy;
import io.resilientstorage.routing.Strategies;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.PauseMonitor;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of a storage together and starts them. */
final class Assembly {

    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

    private static final int CALLBACK_THREADS = 8;

    /** A backend on this host is not down because a network is: however slow the machine, the start waits for it. */
    private static final Duration LOCAL_START = Duration.ofSeconds(10);

    private final StorageSettings settings;
    private final List<StorageBuilder.Entry> entries;
    private final List<Consumer<? super StorageEvent>> listeners;
    private final RoutingStrategy strategy;
    private final Optional<Time> givenTime;
    private final UnaryOperator<Knowledge> knowledge;

    Assembly(
            StorageSettings settings,
            List<StorageBuilder.Entry> entries,
            List<Consumer<? super StorageEvent>> listeners,
            Optional<RoutingStrategy> strategy,
            Optional<Time> time,
            UnaryOperator<Knowledge> knowledge) {
        this.settings = settings;
        this.entries = List.copyOf(entries);
        this.listeners = List.copyOf(listeners);
        this.strategy = strategy.orElseGet(() -> Strategies.of(settings.get(Settings.STRATEGY)));
        this.givenTime = time;
        this.knowledge = knowledge;
    }

    ResilientStorage start() {
        // Everything that can be refused is refused before the first thread is started.
        List<ConfiguredBackend> configured = new BackendList(settings, strategy).configure(entries);
        Time time = givenTime.orElseGet(Time::system);
        EventDispatcher events = new EventDispatcher(time);
        events.subscribe(new EventLog());
        listeners.forEach(events::subscribe);
        ReferenceClock reference = new ReferenceClock(time.clock());
        StateKeeper keeper = InitialState.keeper(configured, strategy, events, time);
        List<Member> members = new MemberFactory(settings, keeper, time).members(configured);
        ReferenceOffset offsets = new ReferenceOffset(members, reference);
        PauseMonitor pauses = new PauseMonitor(time);
        List<Prober> probers = members.stream()
                .map(member -> new Prober(member, keeper, offsets, time, pauses, settings))
                .toList();
        FailbackWatch failback =
                new FailbackWatch(keeper, index -> probers.get(index).goodInARow(), time, settings);
        long maxWaiting = settings.get(Settings.MAX_WAITING_CALLS);
        Callbacks callbacks = new Callbacks(
                time.workers("resilient-storage-callback", CALLBACK_THREADS, Math.toIntExact(maxWaiting)),
                new CallGate(maxWaiting, time));
        Attempts attempts = new Attempts(
                keeper,
                time,
                pauses,
                index -> probers.get(index).probeSoon(),
                index -> probers.get(index).callWasSlow());
        CallGate gate = new CallGate(maxWaiting, time);
        // What a backend can do beside reading and writing is asked of an open one.
        open(members, reference, time);
        LockEngine locks = locksOrNothing(members, keeper, events, callbacks, pauses, time);
        Replication replication = new Replication(new MirrorSet(members), attempts, reference, settings, events);
        SyncWatch sync = new SyncWatch(
                keeper,
                replication,
                (member, listener) -> new Recoverer(
                        member,
                        replication,
                        attempts,
                        reference,
                        settings.get(Settings.TOMBSTONE_LIFE),
                        gate::waiting,
                        events,
                        listener),
                time.clock());
        WatermarkMover watermarks = new WatermarkMover(replication, attempts, keeper::cold);
        Engine engine = Engine.of(
                members,
                attempts,
                replication,
                new HybridClock(reference, time.randomness()),
                knowledge,
                reference,
                settings);
        startProbers(members, probers, time);
        sync.start();
        awaitSync(sync, time);
        keeper.serve();
        failback.start();
        watermarks.start();
        Shutdown shutdown = new Shutdown(
                gate,
                locks,
                members,
                replication,
                probers,
                () -> {
                    failback.stop();
                    watermarks.stop();
                    sync.stop();
                },
                pauses,
                callbacks,
                events,
                time,
                givenTime.isEmpty());
        return new ResilientStorage(
                settings,
                new Stores(engine, gate, settings, callbacks, agreements(engine, configured)),
                locks,
                keeper,
                new HealthReport(
                        members,
                        keeper,
                        index -> new Backlog(
                                replication.pending(index), replication.parked(index), sync.recovery(index))),
                probers,
                failback,
                events,
                shutdown);
    }

    /** Which backends keep locks is known of open ones alone: if that contradicts the settings, all is closed again. */
    private LockEngine locksOrNothing(
            List<Member> members,
            StateKeeper keeper,
            EventDispatcher events,
            Callbacks callbacks,
            PauseMonitor pauses,
            Time time) {
        try {
            return new LockEngine(settings, lockBackends(members, keeper), time, events, callbacks.workers());
        } catch (InvalidSettingException refused) {
            Shutdown.closeParts(members, callbacks, events, pauses, time, givenTime.isEmpty(), () -> Duration.ZERO);
            throw refused;
        }
    }

    private static List<LockBackend> lockBackends(List<Member> members, StateKeeper keeper) {
        return members.stream()
                .map(member -> new LockBackend(
                        member.name(),
                        member.traits().scope(),
                        member.traits().durability(),
                        member.settings().attemptTimeout(),
                        member.backend()::locks,
                        member.backend()::isOpen,
                        () -> keeper.current().backend(member.index()).isRoutable()))
                .toList();
    }

    private Agreements agreements(Engine engine, List<ConfiguredBackend> configured) {
        boolean anyShared =
                configured.stream().anyMatch(backend -> backend.traits().scope() == Scope.SHARED);
        return new Agreements(
                settings,
                strategy.needsMirrors(),
                anyShared ? Optional.of(new TermsRecord(engine)) : Optional.empty(),
                engine.attempts().time().clock());
    }

    private void open(List<Member> members, ReferenceClock reference, Time time) {
        for (Member member : members) {
            member.backend()
                    .open(new BackendContext(member.name(), time, reference, settings.get(Settings.TOMBSTONE_LIFE)));
        }
    }

    /** So that the first reads of a process need not be told as stale. */
    private void awaitSync(SyncWatch sync, Time time) {
        await(List.of(sync.settled()), settings.get(Settings.START_TIMEOUT).dividedBy(2), time);
    }

    private void startProbers(List<Member> members, List<Prober> probers, Time time) {
        Duration remote = settings.get(Settings.START_TIMEOUT);
        Duration local = remote.compareTo(LOCAL_START) > 0 ? remote : LOCAL_START;
        List<CompletableFuture<?>> remotes = new ArrayList<>();
        List<CompletableFuture<?>> locals = new ArrayList<>();
        for (Member member : members) {
            boolean isRemote = member.traits().scope() == Scope.SHARED;
            CompletionStage<Health> first = probers.get(member.index()).start(isRemote ? remote : local);
            (isRemote ? remotes : locals).add(first.toCompletableFuture());
        }
        await(remotes, remote, time);
        await(locals, local, time);
    }

    private static void await(List<CompletableFuture<?>> first, Duration patience, Time time) {
        CompletableFuture<Void> all = CompletableFuture.allOf(first.toArray(CompletableFuture<?>[]::new));
        if (!time.await(all, patience)) {
            LOG.info("Not every backend answered its first probe within startTimeout; they are tried again");
        } else {
            all.exceptionally(failure -> {
                LOG.error("A first probe ended without a verdict", failure);
                return null;
            });
        }
    }
}
