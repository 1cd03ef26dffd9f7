@NullMarked
package io.resilientstorage.benchmarks.locks;

import org.jspecify.annotations.NullMarked;
