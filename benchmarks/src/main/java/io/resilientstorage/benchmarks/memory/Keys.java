package io.resilientstorage.benchmarks.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The keys that are read, all of which are there, in an order that has nothing to do with their place in memory. */
@State(Scope.Benchmark)
public class Keys {

    /** How long a value is, in characters of one byte. */
    static final int VALUE_LENGTH = 100;

    private static final long SEED = 42;

    /** How many keys there are. */
    @Param({"1000", "100000"})
    public int count;

    private String[] keys = {};

    /** Makes the keys. */
    @Setup
    public void make() {
        keys = of(count);
    }

    /** So many keys, the same ones in each run. */
    static String[] of(int count) {
        List<String> made = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            made.add("user:" + i);
        }
        Collections.shuffle(made, new Random(SEED));
        return made.toArray(String[]::new);
    }

    /** The value of a key. */
    static String value(String key) {
        String start = "the value of " + key + " ";
        return start + "x".repeat(VALUE_LENGTH - start.length());
    }

    /**
     * Has what was filled in moved together, as it is in a process that has run for a while. The garbage of filling
     * would else lie between.
     */
    static void settle() {
        System.gc();
    }

    String get(int index) {
        return keys[index];
    }

    int count() {
        return keys.length;
    }

    String[] all() {
        return keys.clone();
    }
}
