package io.resilientstorage.testkit.simulator;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * Runs worlds at random, each decided by its seed alone: the same seed gives the same history, to the letter.
 *
 * <pre>{@code
 * Simulator.Run run = Simulator.run(Plan.random(42));
 * if (!run.violations().isEmpty()) {
 *     System.out.println(Simulator.replay(Plan.random(42)).story());
 * }
 * }</pre>
 */
public final class Simulator {

    private Simulator() {}

    /**
     * What became of one world.
     *
     * @param plan what it was made of
     * @param violations what was broken
     * @param served how many calls succeeded
     * @param failed how many calls failed, rightly or not
     * @param story what happened, one line an event; empty unless it was replayed
     */
    public record Run(Plan plan, List<Violation> violations, int served, int failed, String story) {}

    /** Runs a world, without its story. */
    public static Run run(Plan plan) {
        return run(plan, false);
    }

    /** Runs the same world with its story. */
    public static Run replay(Plan plan) {
        return run(plan, true);
    }

    private static Run run(Plan plan, boolean told) {
        World world = new World(plan, told);
        for (int i = 0; i < plan.processes(); i++) {
            long most = plan.processOffsetMillis();
            SimulatedProcess process =
                    world.process("P" + i, most == 0 ? 0 : world.split().nextLong(-most, most));
            new Load(world, process);
        }
        new Chaos(world);
        if (plan.restores()) {
            new Restores(world);
        }
        world.schedule().advanceUntil(() -> !world.checker().violations().isEmpty(), plan.load());
        if (world.violations().isEmpty()) {
            world.settle();
        }
        return new Run(
                plan,
                List.copyOf(world.violations()),
                world.checker().served(),
                world.checker().failed(),
                world.story());
    }

    /** A failure with its whole trace. */
    static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
