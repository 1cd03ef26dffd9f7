package io.resilientstorage.api;

import java.util.Optional;

/** What became of a write with a condition: {@code setIfAbsent}, {@code compareAndSet} or {@code touch}. */
public sealed interface ConditionalResult {

    /** Whether the condition held and the write was stored. */
    boolean applied();

    /** The name of the backend that judged the condition. */
    String backend();

    /**
     * Whether the condition was judged by the one backend that all processes share while nothing fails, and by all that
     * this process knows to have been acknowledged. If not, another process may have been told the opposite by another
     * backend.
     */
    boolean exact();

    /**
     * The condition held.
     *
     * @param receipt what became of the write
     * @param exact see {@link ConditionalResult#exact()}
     */
    record Applied(Receipt receipt, boolean exact) implements ConditionalResult {
        @Override
        public boolean applied() {
            return true;
        }

        @Override
        public String backend() {
            return receipt.backend();
        }
    }

    /**
     * The condition did not hold; nothing was written.
     *
     * @param current the version that stands, empty if there is no live record
     * @param backend the name of the backend that judged the condition
     * @param exact see {@link ConditionalResult#exact()}
     */
    record NotApplied(Optional<Version> current, String backend, boolean exact) implements ConditionalResult {
        @Override
        public boolean applied() {
            return false;
        }
    }
}
