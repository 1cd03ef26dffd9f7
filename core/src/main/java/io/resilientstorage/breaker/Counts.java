package io.resilientstorage.breaker;

/** What a window holds: all calls, and the failed and the slow ones among them. */
record Counts(long calls, long failures, long slow) {

    double failureRate() {
        return share(failures);
    }

    double slowRate() {
        return share(slow);
    }

    private double share(long part) {
        return calls == 0 ? 0 : part / (double) calls;
    }
}
