/** Locks: leases, who waits for them, and which backend may grant them. */
@NullMarked
package io.resilientstorage.lock;

import org.jspecify.annotations.NullMarked;
