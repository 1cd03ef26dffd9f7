/**
 * The contract suite: what every backend must do, as tests that its own test class inherits. Begin at
 * {@link io.resilientstorage.testkit.contract.BackendContract}.
 */
@NullMarked
package io.resilientstorage.testkit.contract;

import org.jspecify.annotations.NullMarked;
