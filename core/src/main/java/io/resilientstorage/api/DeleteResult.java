package io.resilientstorage.api;

/**
 * What became of a delete.
 *
 * @param deleted whether the backend that took the delete held a live value until then
 * @param receipt where the delete is recorded; it is recorded also when there was no value
 */
public record DeleteResult(boolean deleted, Receipt receipt) {}
