@NullMarked
package io.resilientstorage.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
