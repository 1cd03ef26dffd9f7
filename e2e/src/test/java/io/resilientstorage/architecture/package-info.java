/** Rules for the code of all modules. Those for the packages inside core are tested in core. */
@NullMarked
package io.resilientstorage.architecture;

import org.jspecify.annotations.NullMarked;
