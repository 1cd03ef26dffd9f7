package io.resilientstorage.testkit;

import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The workers of a {@link ManualTime}: no threads, but a line of tasks, or none. */
final class ManualWorkers implements Workers {

    private final Line line;
    private final boolean inline;
    private final int bound;
    private int waiting;
    private boolean closed;

    ManualWorkers(Line line, boolean inline, int bound) {
        this.line = line;
        this.inline = inline;
        this.bound = bound;
    }

    @Override
    public void execute(Runnable task) {
        take();
        Runnable counted = () -> {
            giveBack();
            task.run();
        };
        if (inline) {
            line.run(counted);
        } else {
            line.add(counted);
        }
    }

    private synchronized void take() {
        if (closed || waiting >= bound) {
            throw new RejectedExecutionException(closed ? "closed" : "full: " + bound);
        }
        waiting++;
    }

    private synchronized void giveBack() {
        waiting--;
    }

    /** Runs what waits in the whole line, whatever the patience. */
    @Override
    public boolean close(Duration patience) {
        synchronized (this) {
            closed = true;
        }
        line.runAll();
        return true;
    }

    /** The tasks of all workers of one time, in the order in which they came. */
    static final class Line {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final Consumer<Runnable> runner;

        Line(Consumer<Runnable> runner) {
            this.runner = runner;
        }

        void run(Runnable task) {
            runner.accept(task);
        }

        synchronized void add(Runnable task) {
            tasks.add(task);
        }

        private synchronized @Nullable Runnable next() {
            return tasks.poll();
        }

        void runAll() {
            for (Runnable task = next(); task != null; task = next()) {
                runner.accept(task);
            }
        }
    }
}
