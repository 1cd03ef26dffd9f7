package io.resilientstorage.testkit.simulator;

import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * One virtual world: a server like Redis, a server like a SQL database, processes with the real engine, and the network
 * between them. Nothing in it happens by itself: time moves when it is moved, on the calling thread, and what happens
 * follows from the plan alone.
 */
public final class World {

    /** How long one call may take. */
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

    /** So long a backend must have been well, for it to be certain that a process has noticed. */
    static final Duration NOTICED = Duration.ofSeconds(8);

    private final Plan plan;
    private final Schedule schedule = new Schedule();
    private final History history;
    private final SplittableRandom random;
    private final RedisModel redis;
    private final SqlModel sql;
    private final List<ModelServer> servers;
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final Checker checker;
    private final Deaths deaths;
    private long largestOffsetMillis;

    /**
     * A world with two servers and no process.
     *
     * @param plan what it is made of
     * @param told whether its history is wanted
     */
    public World(Plan plan, boolean told) {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed());
        this.history = new History(schedule, told);
        Duration kept = plan.mutation().tombstoneLife(plan.tombstoneLife());
        this.redis = new RedisModel("redis", kept, schedule::millis);
        this.sql = new SqlModel("sql", kept, schedule::millis);
        this.servers = List.of(redis, sql);
        this.checker = new Checker(this);
        servers.forEach(server -> server.watch(checker));
        this.deaths = new Deaths(this);
    }

    /** The better server: volatile, like Redis. */
    public RedisModel redis() {
        return redis;
    }

    /** The other one: durable, like a SQL database. */
    public SqlModel sql() {
        return sql;
    }

    List<ModelServer> servers() {
        return servers;
    }

    Plan plan() {
        return plan;
    }

    Schedule schedule() {
        return schedule;
    }

    History history() {
        return history;
    }

    Checker checker() {
        return checker;
    }

    Deaths deaths() {
        return deaths;
    }

    List<SimulatedProcess> processes() {
        return processes;
    }

    /** A source of chance of its own. */
    SplittableRandom split() {
        return random.split();
    }

    /** Adds a process and starts it. */
    public SimulatedProcess process(String name) {
        return process(name, 0);
    }

    SimulatedProcess process(String name, long wallOffsetMillis) {
        offset(wallOffsetMillis);
        SimulatedProcess process = new SimulatedProcess(this, name, wallOffsetMillis, random.split());
        processes.add(process);
        process.start();
        return process;
    }

    /** Some clock is off by so much. */
    void offset(long millis) {
        largestOffsetMillis = Math.max(largestOffsetMillis, Math.abs(millis));
    }

    /** How far what a process takes for the time may be from the true time. */
    long clockErrorMillis() {
        return 2 * largestOffsetMillis + 1_500;
    }

    /** A user's key as the engine stores it. */
    static RecordKey key(String key) {
        return new RecordKey("default", key);
    }

    /** Moves time. */
    public void advance(Duration by) {
        schedule.advance(by);
    }

    /** Moves time until a call has ended, and gives its result. */
    public <T> T await(CompletableFuture<T> call) {
        schedule.advanceUntil(call::isDone, CALL_TIMEOUT.multipliedBy(2));
        if (!call.isDone()) {
            throw new AssertionError("the call has not ended");
        }
        return call.join();
    }

    /** Whether a process has, for sure, a backend that could serve a call that began then and ends now. */
    boolean couldServe(SimulatedProcess process, long beganNanos) {
        if (plan.memory()) {
            return true;
        }
        long since = schedule.millis() - (schedule.nanos() - beganNanos) / 1_000_000 - NOTICED.toMillis();
        return process.changedAt() < since
                && servers.stream()
                        .anyMatch(server -> server.faults().isWell()
                                && server.faults().changedAt() < since
                                && process.link(server).isWell()
                                && process.link(server).changedAt() < since);
    }

    /** Takes all faults away; data that was lost stays lost. */
    public void heal() {
        history.add("world", () -> "all faults end");
        for (ModelServer server : servers) {
            ServerFaults faults = server.faults();
            if (faults.isDown()) {
                faults.restart();
            }
            if (faults.isHung()) {
                faults.wake();
            }
            faults.readOnly(false);
        }
        for (SimulatedProcess process : processes) {
            servers.forEach(server -> process.link(server).heal());
        }
    }

    /** Heals, lets the processes do what they have to, and holds them to what must be so at the end. */
    public void settle() {
        heal();
        // Those that are closing come to their end.
        advance(CALL_TIMEOUT.plusSeconds(2));
        if (processes.stream().noneMatch(SimulatedProcess::isAlive)) {
            processes.get(0).start();
        }
        new Settlement(this).settle();
    }

    /** What was broken so far. */
    public List<Violation> violations() {
        schedule.failures().forEach(thrown -> checker.broken(Promise.SOUND, Simulator.trace(thrown)));
        schedule.failures().clear();
        return checker.violations();
    }

    /** What happened so far, one line an event; empty if it is not wanted. */
    public String story() {
        return history.text();
    }
}
