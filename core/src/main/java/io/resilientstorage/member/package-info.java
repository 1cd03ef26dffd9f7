/** One configured backend with its circuit breaker and its clock: what execution, health and recovery share. */
@NullMarked
package io.resilientstorage.member;

import org.jspecify.annotations.NullMarked;
