@NullMarked
package io.resilientstorage.benchmarks.outage;

import org.jspecify.annotations.NullMarked;
