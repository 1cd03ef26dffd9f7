/** Several processes of an application on the same real servers, and what must hold of them together. */
@NullMarked
package io.resilientstorage.e2e.processes;

import org.jspecify.annotations.NullMarked;
