/** Reading from memory, by JMH. */
@NullMarked
package io.resilientstorage.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
