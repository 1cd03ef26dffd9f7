@NullMarked
package io.resilientstorage.benchmarks.report;

import org.jspecify.annotations.NullMarked;
