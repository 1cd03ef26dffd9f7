/** Tests of the simulator, and the engine in it. */
@NullMarked
package io.resilientstorage.testkit.simulator;

import org.jspecify.annotations.NullMarked;
