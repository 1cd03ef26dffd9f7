package io.resilientstorage.testkit.net;

import java.time.Duration;

/** What happens to the connections that go through a {@link FaultyProxy}. Immutable. */
public final class NetworkFault {

    /** What becomes of connections as such. */
    enum Gate {
        /** They stand, and new ones are taken. */
        OPEN,
        /** They end, and new ones are refused. */
        CLOSED,
        /** They are reset, new ones as soon as they are made. */
        RESETTING
    }

    /**
     * What happens to the bytes of one direction.
     *
     * @param delay how long each of them is on its way
     * @param jitter up to how much longer, by chance
     * @param slice how many bytes go on at once; 0 for as many as there are
     * @param pause how long the next slice waits
     * @param swallows whether none arrives
     */
    record Way(Duration delay, Duration jitter, int slice, Duration pause, boolean swallows) {

        static final Way CLEAR = new Way(Duration.ZERO, Duration.ZERO, 0, Duration.ZERO, false);
        static final Way NOWHERE = new Way(Duration.ZERO, Duration.ZERO, 0, Duration.ZERO, true);

        static Way slow(Duration delay, Duration jitter) {
            requireNotNegative("delay", delay);
            requireNotNegative("jitter", jitter);
            return new Way(delay, jitter, 0, Duration.ZERO, false);
        }
    }

    private static final NetworkFault NONE = new NetworkFault("none", Gate.OPEN, Way.CLEAR, Way.CLEAR);

    private final String text;
    private final Gate gate;
    private final Way requests;
    private final Way replies;

    private NetworkFault(String text, Gate gate, Way requests, Way replies) {
        this.text = text;
        this.gate = gate;
        this.requests = requests;
        this.replies = replies;
    }

    /** No fault: all bytes pass at once. */
    public static NetworkFault none() {
        return NONE;
    }

    /** Nobody listens: the standing connections end, and new ones are refused, as after the death of the server. */
    public static NetworkFault down() {
        return new NetworkFault("down", Gate.CLOSED, Way.CLEAR, Way.CLEAR);
    }

    /** The standing connections are reset (RST), and so is every new one as soon as it is made. */
    public static NetworkFault reset() {
        return new NetworkFault("reset", Gate.RESETTING, Way.CLEAR, Way.CLEAR);
    }

    /**
     * Connections stand, and new ones are taken; nothing passes, neither bytes nor the end of a connection. The server
     * hears nothing of the new ones.
     */
    public static NetworkFault blackhole() {
        return new NetworkFault("blackhole", Gate.OPEN, Way.NOWHERE, Way.NOWHERE);
    }

    /** What the client sends reaches the server, which does it; what the server answers is swallowed. */
    public static NetworkFault repliesDropped() {
        return new NetworkFault("replies dropped", Gate.OPEN, Way.CLEAR, Way.NOWHERE);
    }

    /**
     * Bytes arrive later, in their order.
     *
     * @param delay how much later, each way; so a round trip takes twice as much
     * @param jitter up to how much later still, by chance
     */
    public static NetworkFault latency(Duration delay, Duration jitter) {
        return latency(delay, delay, jitter);
    }

    /** The same with a delay of its own each way. */
    public static NetworkFault latency(Duration requests, Duration replies, Duration jitter) {
        return new NetworkFault(
                "latency " + requests.toMillis() + " + " + replies.toMillis() + " ms",
                Gate.OPEN,
                Way.slow(requests, jitter),
                Way.slow(replies, jitter));
    }

    /**
     * Bytes dribble, both ways: so many arrive, then the next must wait.
     *
     * @param bytes how many arrive at once, at least 1
     * @param pause how long the next wait; may be zero
     */
    public static NetworkFault slices(int bytes, Duration pause) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be at least 1: " + bytes);
        }
        requireNotNegative("pause", pause);
        Way way = new Way(Duration.ZERO, Duration.ZERO, bytes, pause, false);
        return new NetworkFault("slices of " + bytes + " bytes", Gate.OPEN, way, way);
    }

    Gate gate() {
        return gate;
    }

    Way requests() {
        return requests;
    }

    Way replies() {
        return replies;
    }

    private static void requireNotNegative(String what, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative: " + value);
        }
    }

    /** Its name. */
    @Override
    public String toString() {
        return text;
    }
}
