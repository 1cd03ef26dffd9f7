/** The engine as its users see it, in virtual time and with backends that fail on demand. */
@NullMarked
package io.resilientstorage.engine;

import org.jspecify.annotations.NullMarked;
