/** One call's way through the backends. */
@NullMarked
package io.resilientstorage.execution;

import org.jspecify.annotations.NullMarked;
