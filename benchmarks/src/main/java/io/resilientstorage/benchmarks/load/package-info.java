/** Threads that call a storage, and what became of each of their calls. */
@NullMarked
package io.resilientstorage.benchmarks.load;

import org.jspecify.annotations.NullMarked;
