package io.resilientstorage.testkit.simulator;

import java.time.Duration;

/**
 * The network between one process and one server, both ways. It outlives starts of the process. Faults stay until
 * {@link #heal}.
 */
public final class Link {

    /** One way in about 0.2 ms. */
    private static final long USUAL_NANOS = 200_000;

    private final Schedule schedule;
    private long changedAt;
    private long latencyNanos = USUAL_NANOS;
    private long jitterNanos = USUAL_NANOS / 2;
    private double dropRequests;
    private double dropReplies;
    private boolean requestsPass = true;
    private boolean repliesPass = true;
    private boolean refuses;
    private boolean reorders;

    Link(Schedule schedule) {
        this.schedule = schedule;
    }

    /** Nothing is wrong any more. */
    public void heal() {
        changedAt = schedule.millis();
        latencyNanos = USUAL_NANOS;
        jitterNanos = USUAL_NANOS / 2;
        dropRequests = 0;
        dropReplies = 0;
        requestsPass = true;
        repliesPass = true;
        refuses = false;
        reorders = false;
    }

    /** Nothing passes, and nobody says so. */
    public void cut() {
        changedAt = schedule.millis();
        requestsPass = false;
        repliesPass = false;
    }

    /** Requests arrive, replies do not. */
    public void cutReplies() {
        changedAt = schedule.millis();
        repliesPass = false;
    }

    /** Connections are refused at once. */
    public void refuse() {
        changedAt = schedule.millis();
        refuses = true;
    }

    /** Some requests, and some replies, are lost. */
    public void drop(double requests, double replies) {
        changedAt = schedule.millis();
        dropRequests = requests;
        dropReplies = replies;
    }

    /** One way takes so long, and up to so much more. */
    public void slow(Duration latency, Duration jitter) {
        changedAt = schedule.millis();
        latencyNanos = latency.toNanos();
        jitterNanos = jitter.toNanos();
    }

    /** Whether what was sent later may arrive earlier. */
    public void reorder(boolean value) {
        reorders = value;
    }

    /** Whether nothing is wrong with it. */
    public boolean isWell() {
        return requestsPass
                && repliesPass
                && !refuses
                && dropRequests == 0
                && dropReplies == 0
                && latencyNanos <= USUAL_NANOS;
    }

    /** The true time at which something began or ended to be wrong with it. */
    long changedAt() {
        return changedAt;
    }

    boolean refuses() {
        return refuses;
    }

    boolean reorders() {
        return reorders;
    }

    boolean requestsPass(double chance) {
        return requestsPass && chance >= dropRequests;
    }

    boolean repliesPass(double chance) {
        return repliesPass && chance >= dropReplies;
    }

    long nanos(double chance) {
        return latencyNanos + (long) (chance * jitterNanos);
    }
}
