/** What calls go through when Redis is killed or hangs: real processes, every call timed. */
@NullMarked
package io.resilientstorage.benchmarks.outage;

import org.jspecify.annotations.NullMarked;
