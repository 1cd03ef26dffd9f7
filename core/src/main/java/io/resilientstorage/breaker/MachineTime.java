package io.resilientstorage.breaker;

import io.resilientstorage.time.Time;

/**
 * The machine's own time, for all breakers that were given no other. A breaker uses neither timers nor workers, so this
 * never has a thread and is never closed.
 */
final class MachineTime {

    static final Time TIME = Time.system();

    private MachineTime() {}
}
