package io.resilientstorage.redis;

import io.resilientstorage.backend.ProbeReply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The server, or the servers, behind one backend: the connections to them are made and kept here. */
interface Servers {

    /** Begins to connect. Never waits. */
    void open();

    /** What is connected; throws {@link io.resilientstorage.backend.BackendException} at once if nothing is. */
    Wire wire();

    /**
     * Does something with what is connected. The stage fails with a
     * {@link io.resilientstorage.backend.BackendException} itself, not with a wrapper around it; at once if nothing is
     * connected.
     */
    default <T> CompletionStage<T> withWire(Function<Wire, CompletionStage<T>> work) {
        return Stages.plain(() -> work.apply(wire()));
    }

    /** The servers that are connected now and take writes, each of which knows of every message that is published. */
    List<Endpoint> reached();

    /** Probes; unlike a call, waits for the first try to connect: at a start that is what it is there to find out. */
    CompletionStage<ProbeReply> probe(Duration timeout);

    /** Ends all connections and threads, and waits for that within about the given time. */
    void close(Duration patience);
}
