/** Redis as a backend, by Lettuce. */
@NullMarked
package io.resilientstorage.redis;

import org.jspecify.annotations.NullMarked;
