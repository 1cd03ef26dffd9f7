package io.resilientstorage;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.config.BackendSettings;

/** A backend with its settings, and what kind it is. */
record ConfiguredBackend(BackendSettings settings, Backend backend, BackendTraits traits) {

    ConfiguredBackend(BackendSettings settings, Backend backend) {
        this(settings, backend, backend.traits());
    }
}
