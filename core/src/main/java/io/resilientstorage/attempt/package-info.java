/** One attempt at one backend: its permit, its time-out, and what its end means for the circuit. */
@NullMarked
package io.resilientstorage.attempt;

import org.jspecify.annotations.NullMarked;
