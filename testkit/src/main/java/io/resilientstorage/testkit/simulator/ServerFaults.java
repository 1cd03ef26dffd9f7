package io.resilientstorage.testkit.simulator;

import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What happens to a {@link ModelServer}. Faults stay until they are taken away again. */
public final class ServerFaults {

    private final ModelServer server;
    /** What has arrived and waits until the server goes on. */
    private final List<Runnable> waiting = new ArrayList<>();

    private ServerState snapshot = new ServerState();
    private ServerState replica = new ServerState();
    private boolean down;
    private boolean hung;
    private boolean readOnly;
    private boolean evicted;
    private long clockOffsetMillis;
    private long changedAt;
    private int starts = 1;
    private int lineage = 1;

    ServerFaults(ModelServer server) {
        this.server = server;
    }

    /** The process of the server ends; what was on its way into it is lost. */
    public void crash() {
        changedAt = server.trueMillis();
        down = true;
        hung = false;
        waiting.clear();
    }

    /** It starts again with all that it had. */
    public void restart() {
        crash();
        starts++;
        down = false;
    }

    /** It starts again with nothing. */
    public void restartEmpty() {
        restart();
        lineage++;
        server.replaceState(new ServerState(), false);
    }

    /** It starts again with what it had when the last snapshot was taken. */
    public void restartFromSnapshot() {
        restart();
        lineage++;
        server.replaceState(snapshot.copy(), false);
    }

    /** A replica takes its place, with what had reached it. */
    public void promoteReplica() {
        restart();
        lineage++;
        server.replaceState(replica.copy(), false);
    }

    /** Its data is deleted while it runs: nothing else tells of it. */
    public void flush() {
        changedAt = server.trueMillis();
        ServerState empty = new ServerState();
        empty.position = server.state().position;
        server.replaceState(empty, true);
    }

    /** Keeps what it holds now for {@link #restartFromSnapshot}. */
    public void takeSnapshot() {
        snapshot = server.state().copy();
    }

    /** The replica has all that the server holds now. */
    public void replicate() {
        replica = server.state().copy();
    }

    /** It takes requests and does nothing with them. */
    public void hang() {
        changedAt = server.trueMillis();
        hung = true;
    }

    /** It goes on, with what has arrived meanwhile. */
    public void wake() {
        changedAt = server.trueMillis();
        hung = false;
        List<Runnable> late = List.copyOf(waiting);
        waiting.clear();
        late.forEach(Runnable::run);
    }

    /** Whether it refuses what would change something. */
    public void readOnly(boolean value) {
        changedAt = server.trueMillis();
        readOnly = value;
    }

    /** A live record is dropped to make room, if there is one. */
    public void evict(RecordKey key, int generation) {
        if (server.live(key, generation).isPresent()) {
            ServerState less = server.state().copy();
            less.rows.remove(new Row.Place(generation, key));
            evicted = true;
            server.replaceState(less, true);
        }
    }

    /** Steps its clock; steps add up. */
    public void stepClock(Duration by) {
        changedAt = server.trueMillis();
        clockOffsetMillis += by.toMillis();
    }

    /** Whether it is down. */
    public boolean isDown() {
        return down;
    }

    /** Whether it hangs. */
    public boolean isHung() {
        return hung;
    }

    /** Whether nothing is wrong with it now; its data may be missing. */
    public boolean isWell() {
        return !down && !hung && !readOnly;
    }

    /** The true time at which something began or ended to be wrong with it. */
    long changedAt() {
        return changedAt;
    }

    boolean hasEvicted() {
        return evicted;
    }

    long clockOffsetMillis() {
        return clockOffsetMillis;
    }

    /** How often it was started. */
    int starts() {
        return starts;
    }

    /** Changes when its data is not a continuation of what it was. */
    int lineage() {
        return lineage;
    }

    void refuseIfReadOnly() {
        if (readOnly) {
            throw ModelServer.readOnly();
        }
    }

    /** Has the server do something, now or when it goes on. What it does not do because it is down is given back. */
    Optional<Runnable> accept(Runnable step) {
        if (down) {
            return Optional.of(step);
        }
        if (hung) {
            waiting.add(step);
        } else {
            step.run();
        }
        return Optional.empty();
    }
}
