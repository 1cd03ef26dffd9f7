@NullMarked
package io.resilientstorage.redis;

import org.jspecify.annotations.NullMarked;
