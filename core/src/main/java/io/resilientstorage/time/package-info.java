/** The only owner of clocks, timers, threads and chance, so that tests and the simulator can drive them. */
@NullMarked
package io.resilientstorage.time;

import org.jspecify.annotations.NullMarked;
