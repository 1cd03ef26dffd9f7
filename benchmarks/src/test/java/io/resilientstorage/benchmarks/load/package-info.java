@NullMarked
package io.resilientstorage.benchmarks.load;

import org.jspecify.annotations.NullMarked;
