/** Real processes, real faults. */
@NullMarked
package io.resilientstorage.e2e;

import org.jspecify.annotations.NullMarked;
