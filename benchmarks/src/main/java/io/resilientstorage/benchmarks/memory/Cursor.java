package io.resilientstorage.benchmarks.memory;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** Where a thread is among the keys. The threads begin at different places. */
@State(Scope.Thread)
public class Cursor {

    private int count;
    private int next;

    /** Puts the thread at its place. */
    @Setup
    public void place(Keys keys, ThreadParams threads) {
        count = keys.count();
        next = (int) ((long) count * threads.getThreadIndex() / threads.getThreadCount());
    }

    int next() {
        int current = next;
        next = current + 1 == count ? 0 : current + 1;
        return current;
    }
}
