/** What all processes must hold alike for a namespace, and how they agree on it. */
@NullMarked
package io.resilientstorage.namespace;

import org.jspecify.annotations.NullMarked;
