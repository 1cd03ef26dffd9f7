/** The versioned record, and the clock that orders records. */
@NullMarked
package io.resilientstorage.record;

import org.jspecify.annotations.NullMarked;
