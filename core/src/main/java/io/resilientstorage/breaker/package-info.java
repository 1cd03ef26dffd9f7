/** The circuit breaker, usable by itself. */
@NullMarked
package io.resilientstorage.breaker;

import org.jspecify.annotations.NullMarked;
