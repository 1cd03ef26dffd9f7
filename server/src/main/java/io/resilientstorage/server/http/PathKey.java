package io.resilientstorage.server.http;

import io.resilientstorage.api.InvalidRequestException;

/** The key in a request's path, or the name of a lock: one segment, percent-encoded, decoded exactly once. */
final class PathKey {

    private PathKey() {}

    /**
     * Takes the key out of a path.
     *
     * @param prefix what stands before it
     * @param field what it is, for the error
     * @param path the path as {@link VerbatimPaths} hands it on
     * @throws InvalidRequestException if the key is empty, has a raw slash, or is no UTF-8
     */
    static String of(String prefix, String field, String path) {
        String raw = VerbatimPaths.original(path.substring(prefix.length()));
        if (raw.isEmpty()) {
            throw new InvalidRequestException(field, "must not be empty");
        }
        if (raw.indexOf('/') >= 0) {
            throw new InvalidRequestException(field, "has a raw slash; in a " + field + " it is written %2F");
        }
        return PercentText.decode(field, raw);
    }
}
