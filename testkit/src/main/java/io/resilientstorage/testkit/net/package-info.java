/** A network that fails on demand, between a client under test and a real server. */
@NullMarked
package io.resilientstorage.testkit.net;

import org.jspecify.annotations.NullMarked;
