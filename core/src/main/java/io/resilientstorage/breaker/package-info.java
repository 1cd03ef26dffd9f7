/**
 * The circuit breaker, usable by itself: {@link io.resilientstorage.breaker.CircuitBreaker}. {@code StateMachine} says
 * why it is right.
 */
@NullMarked
package io.resilientstorage.breaker;

import org.jspecify.annotations.NullMarked;
