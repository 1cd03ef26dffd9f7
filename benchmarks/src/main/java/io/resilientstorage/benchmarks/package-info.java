/** What the layer costs, and what an outage costs, measured. */
@NullMarked
package io.resilientstorage.benchmarks;

import org.jspecify.annotations.NullMarked;
