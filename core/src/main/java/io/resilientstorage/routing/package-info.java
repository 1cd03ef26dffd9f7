/** Strategies: pure functions from a snapshot of backend states to an order of candidates. */
@NullMarked
package io.resilientstorage.routing;

import org.jspecify.annotations.NullMarked;
