package io.resilientstorage.redis;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Cluster: keeps a {@link ClusterNode} for each master that has slots, and makes a new {@link ClusterView} when
 * anything changes.
 *
 * <p><b>The map</b> is read again every few seconds, and soon after a node said something that does not fit it, or a
 * link was lost; one reading at a time, with a pause between them.
 *
 * <p><b>The incarnation</b> of a Cluster names the lives of all masters that have slots. It changes when one of them
 * begins another life or another takes its place, and then only: not with the node that happens to answer, not when a
 * link is lost and made again, not when slots move between masters that are there. While a new master has not told its
 * life yet, the lives of those that have gone stand for it, and nothing is sent to it. Before every master has told its
 * life once, there is no view.
 *
 * <p>Links and readings end on threads of Lettuce and of the timers; what they change is guarded by this object's lock,
 * under which nothing waits. Calls read {@link #view} alone.
 */
final class ClusterServers implements Servers {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterServers.class);
    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration TROUBLED = Duration.ofMillis(250);
    private static final Duration CLOSEST = Duration.ofMillis(100);

    private final RedisSettings settings;
    private final Time time;
    private final Connections connections;
    private final SlotMapReader reader;
    private final ClusterProbe probe;
    private final FirstTry firstTry;
    private volatile Optional<ClusterView> view = Optional.empty();
    private volatile String reason = "the first connection is being made";

    private final Map<String, ClusterNode> nodes = new HashMap<>();
    private final Map<String, String> lives = new HashMap<>();
    private final SortedSet<String> livesOfThoseGone = new TreeSet<>();
    private Optional<SlotMap> map = Optional.empty();
    private Optional<Timers.Timer> next = Optional.empty();
    private boolean reading;
    private boolean readAgain;
    private boolean soon;
    private boolean closed;
    private int failures;
    private long lastBegun;

    ClusterServers(RedisSettings settings, Time time, Connections connections, String probe) {
        this.settings = settings;
        this.time = time;
        this.connections = connections;
        this.reader = new SlotMapReader(settings, connections);
        this.probe = new ClusterProbe(probe);
        this.firstTry = new FirstTry(time);
    }

    @Override
    public void open() {
        read();
    }

    @Override
    public Wire wire() {
        return currentView();
    }

    @Override
    public List<Endpoint> reached() {
        return view.map(seen -> seen.shards().stream()
                        .flatMap(shard -> shard.link().map(Link::server).stream())
                        .toList())
                .orElse(List.of());
    }

    private ClusterView currentView() {
        return view.orElseThrow(
                () -> BackendException.unreachable("there is no connection to " + settings.address() + ": " + reason));
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        long deadline = time.clock().nanos() + timeout.toNanos();
        return firstTry.thenDo(
                timeout,
                () -> Stages.plain(() -> probe.probe(
                                currentView(),
                                Duration.ofNanos(deadline - time.clock().nanos()))
                        .thenApply(this::underItsIncarnation)));
    }

    /** A probe has asked every master for its life: what they told counts. */
    private ProbeReply underItsIncarnation(ProbeReply reply) {
        changed();
        return new ProbeReply(currentView().incarnation(), reply.serverMillis(), reply.degraded());
    }

    @Override
    public void close(Duration patience) {
        List<ClusterNode> all;
        synchronized (this) {
            closed = true;
            reason = "the backend is closed";
            view = Optional.empty();
            next.ifPresent(Timers.Timer::cancel);
            all = List.copyOf(nodes.values());
            nodes.clear();
        }
        all.forEach(ClusterNode::close);
        connections.close(patience);
    }

    private void read() {
        List<Endpoint> known;
        synchronized (this) {
            next.ifPresent(Timers.Timer::cancel);
            next = Optional.empty();
            if (closed || reading) {
                return;
            }
            reading = true;
            readAgain = false;
            soon = false;
            lastBegun = time.clock().nanos();
            known = map.map(SlotMap::endpoints).orElse(List.of());
        }
        Stages.plain(() -> reader.read(view, known)).whenComplete((told, failure) -> {
            if (failure == null) {
                take(told);
            } else {
                missed(Reason.of(failure));
            }
            endFirstTry();
            synchronized (this) {
                reading = false;
                schedule(readAgain ? CLOSEST : pause());
            }
        });
    }

    private void missed(String why) {
        synchronized (this) {
            failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
            if (view.isEmpty() && !closed) {
                if (failures == 1) {
                    LOG.warn("Backend {} does not know the slots of {}: {}", settings.name(), settings.address(), why);
                }
                reason = why;
            }
        }
    }

    private void take(SlotMap told) {
        List<ClusterNode> begun = new ArrayList<>();
        List<ClusterNode> gone = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            failures = 0;
            SlotMap now = map.map(told::after).orElse(told);
            if (!map.map(SlotMap::layout).equals(Optional.of(now.layout()))) {
                LOG.info("Backend {} sees the masters {}", settings.name(), places(now));
            }
            map = Optional.of(now);
            Map<String, ClusterNode> former = new HashMap<>(nodes);
            nodes.clear();
            for (SlotMap.Master master : now.masters()) {
                ClusterNode same = former.get(master.id());
                if (same != null && same.endpoint().equals(master.endpoint())) {
                    nodes.put(master.id(), same);
                    former.remove(master.id());
                } else {
                    ClusterNode node =
                            new ClusterNode(master.endpoint(), settings, time, connections, this::linkChanged);
                    nodes.put(master.id(), node);
                    begun.add(node);
                }
            }
            gone.addAll(former.values());
            for (String id : List.copyOf(lives.keySet())) {
                if (!nodes.containsKey(id)) {
                    livesOfThoseGone.add(String.valueOf(lives.remove(id)));
                }
            }
        }
        changed();
        begun.forEach(ClusterNode::open);
        // What is under way to them may yet be answered.
        gone.forEach(node -> time.timers().schedule(settings.silenceLimit(), node::close));
    }

    private static List<Endpoint> places(SlotMap map) {
        return map.masters().stream().map(SlotMap.Master::endpoint).toList();
    }

    private void linkChanged() {
        readSoon();
        endFirstTry();
    }

    /** The first try ends with a view, or when no node is left of which there may yet be news. */
    private void endFirstTry() {
        boolean over;
        synchronized (this) {
            boolean allTried = nodes.values().stream().allMatch(ClusterNode::wasTried);
            // Another's link may have come up just now, and its own change not have been seen to yet.
            changed();
            over = allTried || view.isPresent();
        }
        if (over) {
            firstTry.ended();
        }
    }

    /** Makes the view of what is known now, if that is enough. */
    private void changed() {
        synchronized (this) {
            if (closed || map.isEmpty()) {
                return;
            }
            List<ClusterView.Shard> shards = new ArrayList<>();
            SortedSet<String> all = new TreeSet<>();
            Optional<ClusterNode> unknown = Optional.empty();
            for (SlotMap.Master master : map.get().masters()) {
                ClusterNode node = nodes.get(master.id());
                if (node == null) {
                    throw new IllegalStateException("every master has a node");
                }
                Optional<Link> link = node.link();
                link.ifPresent(up -> lives.put(master.id(), up.incarnation().id()));
                String life = lives.get(master.id());
                if (life == null) {
                    unknown = Optional.of(node);
                } else {
                    all.add(life);
                }
                shards.add(new ClusterView.Shard(master, node, link));
            }
            if (unknown.isEmpty()) {
                livesOfThoseGone.clear();
            } else if (view.isEmpty()) {
                reason = "not every master has been reached yet: "
                        + unknown.get().missing().getMessage();
                return;
            }
            all.addAll(livesOfThoseGone);
            Incarnation incarnation = new Incarnation("cluster/" + all.size() + "/" + Digest.of(String.join(" ", all)));
            view = Optional.of(new ClusterView(map.get(), shards, incarnation, settings, time, this::readSoon));
        }
    }

    private void readSoon() {
        synchronized (this) {
            if (closed || soon) {
                return;
            }
            soon = true;
            if (reading) {
                readAgain = true;
            } else {
                long since = time.clock().nanos() - lastBegun;
                schedule(CLOSEST.minusNanos(Math.min(since, CLOSEST.toNanos())));
            }
        }
    }

    /** Under the lock. */
    private Duration pause() {
        if (map.isEmpty()) {
            return Backoff.after(failures, time.randomness());
        }
        boolean well = failures == 0
                && map.get().unowned() == 0
                && map.get().masters().stream().noneMatch(SlotMap.Master::failing)
                && nodes.values().stream().allMatch(node -> node.link().isPresent());
        if (!well) {
            return TROUBLED;
        }
        return CALM.minusMillis((long) (time.randomness().nextDouble() * CALM.toMillis() / 10));
    }

    /** Under the lock. */
    private void schedule(Duration delay) {
        next.ifPresent(Timers.Timer::cancel);
        if (!closed) {
            next = Optional.of(time.timers().schedule(delay, this::read));
        }
    }
}
