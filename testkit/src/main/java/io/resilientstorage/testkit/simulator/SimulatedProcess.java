package io.resilientstorage.testkit.simulator;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A process with the real engine in it. It can be paused, killed, and started again. */
public final class SimulatedProcess {

    private final World world;
    private final String name;
    private final SplittableRandom random;
    private final Map<String, Link> links = new LinkedHashMap<>();
    private final Map<String, List<KeyFacts.Acknowledged>> held = new LinkedHashMap<>();
    private @Nullable ProcessTime time;
    private @Nullable ResilientStorage storage;
    private @Nullable Calls calls;
    private long wallOffsetMillis;
    private int starts;
    private long pausedNanos;
    private long changedAt;
    private boolean closing;
    /** Whether it has said that something may be lost with it. */
    private boolean lossTold;

    SimulatedProcess(World world, String name, long wallOffsetMillis, SplittableRandom random) {
        this.world = world;
        this.name = name;
        this.wallOffsetMillis = wallOffsetMillis;
        this.random = random;
        world.servers().forEach(server -> links.put(server.name(), new Link(world.schedule())));
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The name of its present start. */
    String life() {
        return name + "." + starts;
    }

    /** Its network to a server. */
    public Link link(ModelServer server) {
        return Objects.requireNonNull(links.get(server.name()));
    }

    /** Whether it runs, be it paused. */
    public boolean isAlive() {
        return storage != null;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether calls can be made in it. */
    boolean isServing() {
        return storage != null && !closing && !time().isPaused();
    }

    long pausedNanos() {
        return pausedNanos;
    }

    /** The true time since which it runs undisturbed. */
    long changedAt() {
        return changedAt;
    }

    /** Its storage. */
    public ResilientStorage storage() {
        return Objects.requireNonNull(storage, name + " does not run");
    }

    /** Calls that the checker knows of. */
    Calls calls() {
        return Objects.requireNonNull(calls, name + " does not run");
    }

    ProcessTime time() {
        return Objects.requireNonNull(time, name + " does not run");
    }

    /** Starts it, with nothing but its configuration. */
    public void start() {
        starts++;
        closing = false;
        changedAt = world.schedule().millis();
        world.history().add(life(), () -> "starts");
        ProcessTime started = new ProcessTime(world.schedule(), random.split(), wallOffsetMillis);
        time = started;
        Plan plan = world.plan();
        StorageBuilder builder = ResilientStorage.builder()
                .time(started)
                .memory(plan.memory())
                .callTimeout(World.CALL_TIMEOUT)
                .strategy(plan.strategy())
                .failbackDelay(plan.failbackDelay())
                .set(Settings.WRITE_MODE, plan.mode())
                .set(Settings.TOMBSTONE_LIFE, plan.tombstoneLife())
                .set(Settings.START_TIMEOUT, Duration.ZERO)
                .set(Settings.CLOSE_TIMEOUT, Duration.ZERO);
        for (ModelServer server : world.servers()) {
            Connection connection = new Connection(
                    world.schedule(),
                    world.history(),
                    life(),
                    started,
                    link(server),
                    server,
                    random.split(),
                    what -> world.checker().broken(Promise.SOUND, what));
            Backend client = plan.mutation()
                    .client(
                            server.name(),
                            new ModelBackend(server, world.deaths().on(connection, this)));
            builder.backend(client, options -> {
                options.name(server.name())
                        .attemptTimeout(Duration.ofMillis(server instanceof RedisModel ? 250 : 1_000));
                plan.mutation().configure(server.name(), options);
            });
        }
        lossTold = false;
        String life = life();
        builder.onEvent(event -> {
            // Those of a life before come to nobody.
            lossTold |= event instanceof StorageEvent.NotFlushed told && !told.hinted();
        });
        if (world.history().isWanted()) {
            builder.onEvent(event -> world.history().add(life, event::toString));
        }
        ResilientStorage built = plan.mutation().build(builder);
        storage = built;
        calls = new Calls(this, built.async(), world.checker());
    }

    /** Kills it. Requests that are on their way arrive. */
    public void crash() {
        world.history().add(life(), () -> "is killed");
        gone();
    }

    private void gone() {
        time().end();
        storage = null;
        calls = null;
        world.checker().ended(this, Map.copyOf(held));
        held.clear();
    }

    /** Stops it for so long, as SIGSTOP would. */
    public void pause(Duration by) {
        world.history().add(life(), () -> "is stopped for " + by.toMillis() + " ms");
        changedAt = world.schedule().millis() + by.toMillis();
        pausedNanos += by.toNanos();
        time().pause(by);
    }

    /**
     * Closes it as a deploy does: it takes no more calls, lets those under way end, and hands over what is pending, all
     * within the time given. The world goes on meanwhile, and may kill it.
     */
    public void beginClose(Duration patience) {
        closing = true;
        String life = life();
        world.history().add(life, () -> "is asked to close within " + patience.toMillis() + " ms");
        world.schedule().in(Duration.ZERO, () -> {
            if (storage != null && life.equals(life())) {
                storage().close(patience);
            }
            if (storage != null && life.equals(life())) {
                world.history().add(life, () -> "is closed");
                world.checker().closed(this, Map.copyOf(held), lossTold);
                gone();
            }
        });
    }

    /** Steps its wall clock. */
    public void stepWallClock(Duration by) {
        wallOffsetMillis += by.toMillis();
        world.offset(wallOffsetMillis);
        if (time != null) {
            time.stepWallClock(by);
        }
    }

    /** Its memory alone holds this acknowledged write. */
    void holds(String key, KeyFacts.Acknowledged ack) {
        held.computeIfAbsent(key, any -> new ArrayList<>()).add(ack);
    }
}
