package io.resilientstorage.testkit.simulator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the engine's log quiet while many worlds end in failovers by the thousand; the history tells what happened. */
final class Quiet implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.resilientstorage");
    private final Level before = logger.getLevel();

    Quiet() {
        logger.setLevel(Level.OFF);
    }

    @Override
    public void close() {
        logger.setLevel(before);
    }
}
