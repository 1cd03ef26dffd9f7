/** The command line: what the program is asked to do, and with what settings. */
@NullMarked
package io.resilientstorage.server;

import org.jspecify.annotations.NullMarked;
