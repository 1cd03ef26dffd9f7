package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** One call of a simulated process, from its begin to its end. */
final class Call {

    final SimulatedProcess process;
    /** The start of the process that made it. */
    final String life;

    final String what;
    final long beganNanos;
    final long beganMillis;
    final long pausedNanos;
    /** What the caller must see at least if it is told anything for certain: by key. */
    final Map<String, Version> own = new LinkedHashMap<>();

    final Map<String, Version> settled = new LinkedHashMap<>();

    /** By key: the newest version that this start of the process had read when the call began. */
    final Map<String, Version> seen = new LinkedHashMap<>();

    /** By key: what must be found unless it is told that it may be stale, see {@link Freshness}. */
    final Map<String, Version> known = new LinkedHashMap<>();

    /** What gets its end when the call has ended: so long after that. */
    final Map<KeyFacts.End, Duration> ends = new LinkedHashMap<>();

    /** By key: what this call writes. */
    final Map<String, String> values = new LinkedHashMap<>();

    /** By key: when what this call writes ends. */
    final Map<String, KeyFacts.End> underWay = new LinkedHashMap<>();

    boolean ended;

    Call(SimulatedProcess process, String what, long nanos, long millis) {
        this.process = process;
        this.life = process.life();
        this.what = what;
        this.beganNanos = nanos;
        this.beganMillis = millis;
        this.pausedNanos = process.pausedNanos();
    }

    @Override
    public String toString() {
        return life + " " + what;
    }
}
