package io.resilientstorage.server.http;

import io.resilientstorage.server.config.BearerToken;
import java.time.Duration;
import java.util.Optional;

/**
 * What the HTTP server must know.
 *
 * @param maxValueBytes the largest body of a PUT
 * @param token what callers must send, empty if they need not
 * @param stopTimeout how long a stop waits for requests under way
 * @param version the version of this program, for the index
 */
public record HttpSettings(int maxValueBytes, Optional<BearerToken> token, Duration stopTimeout, String version) {}
