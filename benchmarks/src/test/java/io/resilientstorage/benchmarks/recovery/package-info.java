@NullMarked
package io.resilientstorage.benchmarks.recovery;

import org.jspecify.annotations.NullMarked;
