/** Where the server's settings come from: a file, the environment, the data folder. */
@NullMarked
package io.resilientstorage.server.config;

import org.jspecify.annotations.NullMarked;
