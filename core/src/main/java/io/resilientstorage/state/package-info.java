/** The snapshot of all backend states, and its only writer. */
@NullMarked
package io.resilientstorage.state;

import org.jspecify.annotations.NullMarked;
