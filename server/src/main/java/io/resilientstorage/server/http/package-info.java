/** The storage over HTTP: routes, answers, errors. */
@NullMarked
package io.resilientstorage.server.http;

import org.jspecify.annotations.NullMarked;
