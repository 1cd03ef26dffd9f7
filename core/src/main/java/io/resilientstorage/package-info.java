/** The library's front door: {@link io.resilientstorage.ResilientStorage} and its builder. */
@NullMarked
package io.resilientstorage;

import org.jspecify.annotations.NullMarked;
