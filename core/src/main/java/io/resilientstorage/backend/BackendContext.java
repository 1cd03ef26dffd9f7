package io.resilientstorage.backend;

import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.time.Duration;

/**
 * What a backend gets from the storage that it belongs to.
 *
 * @param name the backend's name, for threads and messages
 * @param time the only source of threads, timers and chance
 * @param referenceClock the shared clock, for a backend that has no clock of its own
 * @param tombstoneLife how long tombstones and the versions of expired records are kept
 */
public record BackendContext(String name, Time time, ReferenceClock referenceClock, Duration tombstoneLife) {}
