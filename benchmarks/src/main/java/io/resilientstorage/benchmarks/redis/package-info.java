/** Get and set on a real Redis, by slices of time that alternate between the layer and plain Lettuce. */
@NullMarked
package io.resilientstorage.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
