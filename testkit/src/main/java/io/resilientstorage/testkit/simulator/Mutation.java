package io.resilientstorage.testkit.simulator;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.config.BackendOptions;
import java.time.Duration;

/** What is broken on purpose, to see that the simulator notices: something between the engine and its servers. */
public interface Mutation {

    /** Nothing. */
    Mutation NONE = new Mutation() {};

    /** What the engine gets in place of the client of a server. */
    default Backend client(String server, Backend real) {
        return real;
    }

    /** What the engine is told of a server beside that. */
    default void configure(String server, BackendOptions options) {}

    /** The storage of a process, from what its builder was told. */
    default ResilientStorage build(StorageBuilder builder) {
        return builder.build();
    }

    /** How long the servers keep tombstones. */
    default Duration tombstoneLife(Duration right) {
        return right;
    }
}
