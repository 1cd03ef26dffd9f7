package io.resilientstorage.testkit.simulator;

/**
 * A promise that was broken.
 *
 * @param promise which
 * @param what how
 */
public record Violation(Promise promise, String what) {}
