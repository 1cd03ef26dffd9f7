/** Tests of how core is built: who may import whom, and what core may depend on. */
@NullMarked
package io.resilientstorage.architecture;

import org.jspecify.annotations.NullMarked;
