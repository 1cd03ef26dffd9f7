/** What a second backend that gets every write costs those who write: a real Redis and a real PostgreSQL. */
@NullMarked
package io.resilientstorage.benchmarks.mirror;

import org.jspecify.annotations.NullMarked;
