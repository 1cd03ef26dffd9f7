package io.resilientstorage.backend;

/**
 * The hints for one target.
 *
 * @param pending how many wait to be delivered, those that were claimed included
 * @param parked how many were set aside
 * @param oldestMillis how long ago the oldest pending one was noted, 0 if there is none
 */
public record HintSummary(long pending, long parked, long oldestMillis) {}
