package io.resilientstorage.replication;

/**
 * Where a pending record comes from.
 *
 * @param source the index of the backend that acknowledged it
 * @param incarnation the life of that backend in which it did
 * @param hinted whether that backend keeps a hint for it
 */
public record Origin(int source, String incarnation, boolean hinted) {}
