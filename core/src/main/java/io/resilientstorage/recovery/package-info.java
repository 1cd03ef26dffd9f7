/** The way back: when a better backend may become active again. */
@NullMarked
package io.resilientstorage.recovery;

import org.jspecify.annotations.NullMarked;
