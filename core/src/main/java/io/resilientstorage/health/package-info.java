/** Probes, and the verdicts drawn from them. */
@NullMarked
package io.resilientstorage.health;

import org.jspecify.annotations.NullMarked;
