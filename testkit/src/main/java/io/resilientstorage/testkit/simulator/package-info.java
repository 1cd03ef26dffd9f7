/**
 * Many processes with the real engine, modelled servers and a bad network between them, all on virtual time from one
 * seed; and a checker that knows what was promised.
 */
@NullMarked
package io.resilientstorage.testkit.simulator;

import org.jspecify.annotations.NullMarked;
