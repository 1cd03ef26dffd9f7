/** The SPI: what a backend must do, and what it may declare that it can do. */
@NullMarked
package io.resilientstorage.backend;

import org.jspecify.annotations.NullMarked;
