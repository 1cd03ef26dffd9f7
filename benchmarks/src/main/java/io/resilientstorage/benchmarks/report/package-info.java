/** Figures from measurements: medians, percentiles, what is compared with which bound, the page. */
@NullMarked
package io.resilientstorage.benchmarks.report;

import org.jspecify.annotations.NullMarked;
