package io.resilientstorage.replication;

/**
 * Where a pending record comes from.
 *
 * @param source the index of the backend that acknowledged it
 * @param life the life of that backend in which it did, as {@link Lives} name it; empty if that is not known
 * @param hinted whether that backend keeps a hint for it
 */
public record Origin(int source, String life, boolean hinted) {}
