@NullMarked
package io.resilientstorage.benchmarks.allocation;

import org.jspecify.annotations.NullMarked;
