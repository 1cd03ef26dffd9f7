package io.resilientstorage.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one backend, with every default filled in.
 *
 * @param name its name, unique in the storage
 * @param url where it is, as the user gave it, credentials included; see {@link #safeUrl()}
 * @param username overrides the one in the URL
 * @param password overrides the one in the URL
 * @param priority lower is better
 * @param enabled whether it is used at all
 * @param attemptTimeout how long one attempt at it may take
 * @param slowCallDuration from how long on an answer of it is slow, at most {@code attemptTimeout}
 * @param ttlCap the longest life that a record may have in it
 * @param options further settings that only its factory knows, by name
 */
public record BackendSettings(
        String name,
        String url,
        Optional<String> username,
        Optional<Secret> password,
        int priority,
        boolean enabled,
        Duration attemptTimeout,
        Duration slowCallDuration,
        Optional<Duration> ttlCap,
        Map<String, String> options) {

    /** Copies the map. */
    public BackendSettings {
        options = Map.copyOf(options);
    }

    /** Settings in which an answer that takes half of the time that it may take is slow. */
    public BackendSettings(
            String name,
            String url,
            Optional<String> username,
            Optional<Secret> password,
            int priority,
            boolean enabled,
            Duration attemptTimeout,
            Optional<Duration> ttlCap,
            Map<String, String> options) {
        this(
                name,
                url,
                username,
                password,
                priority,
                enabled,
                attemptTimeout,
                attemptTimeout.dividedBy(2),
                ttlCap,
                options);
    }

    /** The URL without user, password and query, for logs. */
    public String safeUrl() {
        return SafeUrl.of(url);
    }

    /** Never tells a secret. */
    @Override
    public String toString() {
        return "BackendSettings[name=" + name + ", url=" + safeUrl() + ", priority=" + priority + ", enabled=" + enabled
                + ", attemptTimeout=" + attemptTimeout + ", slowCallDuration=" + slowCallDuration + ", ttlCap=" + ttlCap
                + ", options=" + options.keySet() + "]";
    }
}
