@NullMarked
package io.resilientstorage.benchmarks.mirror;

import org.jspecify.annotations.NullMarked;
