/** Settings: their names, defaults and bounds, and the errors that name a bad one. */
@NullMarked
package io.resilientstorage.config;

import org.jspecify.annotations.NullMarked;
