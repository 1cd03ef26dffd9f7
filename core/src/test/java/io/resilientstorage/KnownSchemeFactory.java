package io.resilientstorage;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendSettings;
import java.time.Duration;

/** Brings backends for {@code known:} URLs, as a backend module does. */
public final class KnownSchemeFactory implements BackendFactory {

    @Override
    public Duration defaultAttemptTimeout() {
        return Duration.ofMillis(123);
    }

    @Override
    public String defaultName(String scheme) {
        return "known";
    }

    @Override
    public boolean supports(String scheme) {
        return scheme.equals("known") || scheme.equals("jdbc:known");
    }

    @Override
    public Backend create(BackendSettings settings) {
        return new DownBackend();
    }
}
