package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.Map;

/** What the answer to a read must not be. */
final class ReadCheck {

    /**
     * A server that is flushed, or evicts, goes on running, and nothing tells of it. An older record that was on its
     * way there meanwhile lands on nothing, and stays until its hint is carried.
     */
    private static final Duration AFTER_A_LOSS = Duration.ofSeconds(3);

    private final World world;
    private final Checker checker;
    private final boolean mirrors;

    ReadCheck(World world, Checker checker) {
        this.world = world;
        this.checker = checker;
        this.mirrors = world.plan().mode() != WriteMode.ACTIVE_ONLY;
    }

    void check(Call call, String key, ReadResult<String> result) {
        KeyFacts facts = checker.facts(key);
        if (result instanceof Found<String> found) {
            found(call, key, facts, found);
            return;
        }
        if (result.kind() == ReadKind.ABSENT && mirrors) {
            long now = world.schedule().millis() + world.clockErrorMillis();
            if (!facts.mayBeGone(floor(call.own, key), now)) {
                checker.broken(
                        Promise.P9,
                        call + ": " + result.backend() + " says ABSENT of " + key + ", of which this process wrote "
                                + History.told(floor(call.own, key)));
            } else if (!facts.mayBeGone(floor(call.settled, key), now)) {
                checker.broken(
                        Promise.P8,
                        call + ": " + result.backend() + " says ABSENT of " + key + ", of which all servers had "
                                + History.told(floor(call.settled, key)));
            } else if (!facts.mayBeGone(floor(call.known, key), now)) {
                checker.broken(
                        Promise.P9,
                        call + ": " + result.backend() + " says ABSENT of " + key + ", although "
                                + History.told(floor(call.known, key)) + " has stood for long");
            }
        }
    }

    private static Version floor(Map<String, Version> floors, String key) {
        return floors.getOrDefault(key, Version.NONE);
    }

    private void found(Call call, String key, KeyFacts facts, Found<String> found) {
        if (!facts.knows(found.found())) {
            checker.broken(Promise.P9, call + " finds '" + found.found() + "', which nobody wrote under " + key);
            return;
        }
        facts.see(call.life, found.version());
        long end = facts.end(found.found());
        long overdue = call.beganMillis - world.clockErrorMillis() - end;
        if (end != VersionedRecord.NEVER && overdue > 0) {
            checker.broken(Promise.P6, call + " finds '" + found.found() + "' " + overdue + " ms after its end");
        }
        if (found.stale() || !mirrors) {
            return;
        }
        long now = world.schedule().millis() + world.clockErrorMillis();
        String seen = "'" + found.found() + "' " + History.told(found.version()) + " at " + found.backend();
        Version own = floor(call.own, key);
        Version settled = floor(call.settled, key);
        Version known = floor(call.known, key);
        if (own.isNewerThan(found.version()) && !mayComeAfter(facts, own, found, now)) {
            checker.broken(
                    Promise.P3,
                    call + " finds " + seen + ", not stale, after this process wrote "
                            + History.told(floor(call.own, key)));
        } else if (settled.isNewerThan(found.version()) && !mayComeAfter(facts, settled, found, now)) {
            checker.broken(
                    Promise.P8,
                    call + " finds " + seen + ", not stale, after all servers had "
                            + History.told(floor(call.settled, key)));
        } else if (known.isNewerThan(found.version()) && !mayComeAfter(facts, known, found, now)) {
            checker.broken(
                    Promise.P9,
                    call + " finds " + seen + ", not stale, although " + History.told(known) + " has stood for long");
        }
    }

    private boolean mayComeAfter(KeyFacts facts, Version floor, Found<String> found, long now) {
        return facts.mayComeAfter(floor, found.found(), found.backend(), now)
                || facts.hasJustLost(found.backend(), floor, world.schedule().nanos() - AFTER_A_LOSS.toNanos());
    }
}
