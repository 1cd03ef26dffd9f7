/** How the server logs. */
@NullMarked
package io.resilientstorage.server.logging;

import org.jspecify.annotations.NullMarked;
