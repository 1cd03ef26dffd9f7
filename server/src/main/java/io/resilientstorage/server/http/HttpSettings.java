package io.resilientstorage.server.http;

import io.resilientstorage.server.config.BearerToken;
import java.time.Duration;
import java.util.Optional;

/**
 * What the HTTP server must know.
 *
 * @param maxValueBytes the largest body of a PUT
 * @param maxLockTtl the longest time for which a lock is granted at once
 * @param token what callers must send, empty if they need not
 * @param stopTimeout how long a stop waits for requests under way
 * @param version the version of this program, for the index
 */
public record HttpSettings(
        int maxValueBytes, Duration maxLockTtl, Optional<BearerToken> token, Duration stopTimeout, String version) {}
