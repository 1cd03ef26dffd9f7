/** Real servers as child processes, for tests. */
@NullMarked
package io.resilientstorage.testkit.servers;

import org.jspecify.annotations.NullMarked;
