package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.Strategy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a world is made of.
 *
 * @param seed decides all chance
 * @param processes how many processes there are, at least 1
 * @param keys how many keys are used; few, so that calls meet
 * @param mode who gets a write
 * @param strategy how backends are chosen
 * @param memory whether each process has its own memory as the last resort
 * @param tombstoneLife see the setting of that name
 * @param failbackDelay see the setting of that name
 * @param serverOffsetMillis how far the clocks of servers may be off
 * @param processOffsetMillis how far the wall clocks of processes may be off
 * @param load for how long calls are made
 * @param deaths whether processes die at the worst moment, see {@link Deaths}
 * @param restores whether the better server goes back to snapshots all the time, see {@link Restores}
 * @param promises what is watched over
 * @param mutation what is broken on purpose
 */
public record Plan(
        long seed,
        int processes,
        int keys,
        WriteMode mode,
        Strategy strategy,
        boolean memory,
        Duration tombstoneLife,
        Duration failbackDelay,
        long serverOffsetMillis,
        long processOffsetMillis,
        Duration load,
        boolean deaths,
        boolean restores,
        Set<Promise> promises,
        Mutation mutation) {

    private static final int LONGER_SECONDS = 160;

    /** So many that most are not written again before somebody reads them. */
    private static final int MANY_KEYS = 30;

    /** Two processes, one minute, nothing off; for histories that are written out. */
    public static Plan quiet(long seed) {
        return new Plan(
                seed,
                2,
                5,
                WriteMode.MIRROR_ASYNC,
                Strategy.FAILOVER,
                true,
                Duration.ofHours(24),
                Duration.ofSeconds(10),
                0,
                0,
                Duration.ofMinutes(1),
                false,
                false,
                EnumSet.allOf(Promise.class),
                Mutation.NONE);
    }

    /** A plan of which the seed decides everything. One in sixteen lasts longer than its servers remember deletions. */
    public static Plan random(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x5eed5eed5eedL);
        boolean shortLives = random.nextInt(4) == 0;
        // Of a chance of its own, so that the other plans stay what they were.
        boolean outlives = shortLives && new SplittableRandom(seed ^ 0x10261026L).nextInt(4) == 0;
        int dice = random.nextInt(10);
        WriteMode mode = dice < 6 ? WriteMode.MIRROR_ASYNC : dice < 9 ? WriteMode.MIRROR_SYNC : WriteMode.ACTIVE_ONLY;
        int way = random.nextInt(10);
        Strategy strategy = way < 6 ? Strategy.FAILOVER : way < 9 ? Strategy.PRIORITY : Strategy.ROUND_ROBIN;
        if (strategy == Strategy.ROUND_ROBIN && mode == WriteMode.ACTIVE_ONLY) {
            mode = WriteMode.MIRROR_ASYNC;
        }
        return new Plan(
                seed,
                1 + random.nextInt(4),
                1 + random.nextInt(5),
                mode,
                strategy,
                random.nextInt(5) > 0,
                shortLives ? Duration.ofSeconds(80) : Duration.ofHours(24),
                Duration.ofSeconds(random.nextInt(4) * 3L),
                random.nextInt(3) == 0 ? random.nextInt(500) : 0,
                random.nextInt(4) == 0 ? random.nextInt(10_000) : 0,
                Duration.ofSeconds(10 + random.nextInt(50)).plusSeconds(outlives ? LONGER_SECONDS : 0),
                false,
                false,
                EnumSet.allOf(Promise.class),
                Mutation.NONE);
    }

    /** Whether it lasts so long that servers forget deletions meanwhile. */
    boolean outlivesTombstones() {
        return load.compareTo(tombstoneLife) > 0;
    }

    /** The same with at least two processes, whose clocks and those of servers are off by seconds. */
    public Plan skewed() {
        return new Plan(
                seed,
                Math.max(2, processes),
                keys,
                mode,
                strategy,
                memory,
                tombstoneLife,
                failbackDelay,
                5_000,
                8_000,
                load,
                deaths,
                restores,
                promises,
                mutation);
    }

    /**
     * The same with processes that die at the worst moment, see {@link Deaths}. There are three at least, so that
     * somebody is left, and each call asks the best server, so that what that lacks is seen.
     */
    public Plan deadly() {
        return new Plan(
                seed,
                Math.max(3, processes),
                MANY_KEYS,
                mode,
                Strategy.PRIORITY,
                memory,
                tombstoneLife,
                failbackDelay,
                serverOffsetMillis,
                processOffsetMillis,
                load,
                true,
                false,
                promises,
                mutation);
    }

    /**
     * As {@link #deadly()}, where the better server goes back to snapshots all the time and the clock of the other one
     * is half a minute ahead, see {@link Restores}. With such clocks a call may come too late everywhere, so P1 is not
     * watched.
     */
    public Plan restored() {
        return new Plan(
                seed,
                Math.max(3, processes),
                MANY_KEYS,
                mode,
                strategy,
                memory,
                tombstoneLife,
                failbackDelay,
                30_000,
                0,
                load,
                true,
                true,
                EnumSet.complementOf(EnumSet.of(Promise.P1)),
                mutation);
    }

    /** The same, under another watch. */
    public Plan watching(Set<Promise> other) {
        return copy(mode, strategy, memory, other, mutation);
    }

    /** The same, with something broken on purpose. */
    public Plan with(Mutation other) {
        return copy(mode, strategy, memory, promises, other);
    }

    /** The same in another mode. */
    public Plan with(WriteMode other) {
        return copy(other, strategy, memory, promises, mutation);
    }

    /** The same with servers that forget deletions sooner or later. */
    public Plan with(Duration otherTombstoneLife) {
        return new Plan(
                seed,
                processes,
                keys,
                mode,
                strategy,
                memory,
                otherTombstoneLife,
                failbackDelay,
                serverOffsetMillis,
                processOffsetMillis,
                load,
                deaths,
                restores,
                promises,
                mutation);
    }

    /** The same under another strategy. */
    public Plan with(Strategy other) {
        return copy(mode, other, memory, promises, mutation);
    }

    private Plan copy(
            WriteMode newMode,
            Strategy newStrategy,
            boolean newMemory,
            Set<Promise> newPromises,
            Mutation newMutation) {
        return new Plan(
                seed,
                processes,
                keys,
                newMode,
                newStrategy,
                newMemory,
                tombstoneLife,
                failbackDelay,
                serverOffsetMillis,
                processOffsetMillis,
                load,
                deaths,
                restores,
                newPromises,
                newMutation);
    }
}
