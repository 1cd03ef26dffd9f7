/** Hands events to listeners, apart from the engine, and writes each to the log once. */
@NullMarked
package io.resilientstorage.event;

import org.jspecify.annotations.NullMarked;
