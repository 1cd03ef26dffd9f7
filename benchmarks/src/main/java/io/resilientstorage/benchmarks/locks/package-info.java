/** What an uncontended lock costs, against what other libraries take for one. */
@NullMarked
package io.resilientstorage.benchmarks.locks;

import org.jspecify.annotations.NullMarked;
