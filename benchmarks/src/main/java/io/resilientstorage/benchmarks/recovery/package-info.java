/** How fast a backend that comes back gets what it lacks, and what waiting for that costs: real servers. */
@NullMarked
package io.resilientstorage.benchmarks.recovery;

import org.jspecify.annotations.NullMarked;
