/** The backend that is this process's own memory. */
@NullMarked
package io.resilientstorage.memory;

import org.jspecify.annotations.NullMarked;
