package io.resilientstorage.backend;

import io.resilientstorage.config.BackendSettings;

/** Makes backends from URLs. Each backend module brings one, found by {@link java.util.ServiceLoader}. */
public interface BackendFactory {

    /** Whether this factory knows the scheme, as in {@code redis} or {@code jdbc:sqlite}; always in lower case. */
    boolean supports(String scheme);

    /**
     * Makes a backend. Touches no server.
     *
     * @throws io.resilientstorage.api.InvalidSettingException if a setting is not legal
     */
    Backend create(BackendSettings settings);
}
