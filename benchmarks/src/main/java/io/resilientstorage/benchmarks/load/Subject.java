package io.resilientstorage.benchmarks.load;

/** One way to do the same thing. Called by several threads at once. */
public interface Subject {

    /**
     * Does it once, waits for the end and checks the answer.
     *
     * @param key which of the keys
     * @throws IllegalStateException if the answer is wrong
     */
    void call(int key) throws Exception;
}
