package io.resilientstorage.server.http;

import io.resilientstorage.api.InvalidRequestException;

/** The key in a request's path: one segment, percent-encoded, decoded exactly once. */
final class PathKey {

    /** What stands before the key. */
    static final String PREFIX = "/v1/kv/";

    private PathKey() {}

    /**
     * Takes the key out of a path.
     *
     * @param path the path as {@link VerbatimPaths} hands it on
     * @throws InvalidRequestException if the key is empty, has a raw slash, or is no UTF-8
     */
    static String of(String path) {
        String raw = VerbatimPaths.original(path.substring(PREFIX.length()));
        if (raw.isEmpty()) {
            throw new InvalidRequestException("key", "must not be empty");
        }
        if (raw.indexOf('/') >= 0) {
            throw new InvalidRequestException("key", "has a raw slash; in a key it is written %2F");
        }
        return PercentText.decode("key", raw);
    }
}
