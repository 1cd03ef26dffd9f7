/** Real servers for tests: each is a process of its own, on a free port and in a temporary folder. */
@NullMarked
package io.resilientstorage.testkit.servers;

import org.jspecify.annotations.NullMarked;
