/** What a test of a backend or of the engine needs: time that is driven by hand, and a backend that fails on demand. */
@NullMarked
package io.resilientstorage.testkit;

import org.jspecify.annotations.NullMarked;
