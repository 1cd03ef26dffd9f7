package io.resilientstorage.jdbc;

import io.resilientstorage.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is said of a PostgreSQL besides its URL.
 *
 * @param names what the settings are called
 * @param username overrides the user in the URL
 * @param password overrides the password in the URL
 * @param caFile the certificates to trust, in PEM format
 * @param connectTimeout how long making a connection may take
 */
record PostgresAccess(
        SettingNames names,
        Optional<String> username,
        Optional<Secret> password,
        Optional<Path> caFile,
        Duration connectTimeout) {}
