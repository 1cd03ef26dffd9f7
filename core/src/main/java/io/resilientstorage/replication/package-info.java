/** What backends still have to get: records that wait in memory, hints, and who brings them. */
@NullMarked
package io.resilientstorage.replication;

import org.jspecify.annotations.NullMarked;
