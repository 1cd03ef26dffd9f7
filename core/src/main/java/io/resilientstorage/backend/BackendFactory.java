package io.resilientstorage.backend;

import io.resilientstorage.config.BackendSettings;
import java.time.Duration;

/** Makes backends from URLs. Each backend module brings one, found by {@link java.util.ServiceLoader}. */
public interface BackendFactory {

    /** How long one attempt at such a backend may take where the user does not say. */
    default Duration defaultAttemptTimeout() {
        return Duration.ofSeconds(1);
    }

    /** What such a backend is called where the user does not say, as in {@code redis}. */
    String defaultName(String scheme);

    /** Whether this factory knows the scheme, as in {@code redis} or {@code jdbc:sqlite}; always in lower case. */
    boolean supports(String scheme);

    /**
     * Makes a backend. Touches no server.
     *
     * @throws io.resilientstorage.api.InvalidSettingException if a setting is not legal
     */
    Backend create(BackendSettings settings);
}
