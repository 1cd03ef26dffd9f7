package io.resilientstorage.jdbc;

import io.resilientstorage.api.InvalidSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * Settles how a connection to PostgreSQL is encrypted, and refuses settings that contradict each other: nobody who
 * asked for a check of the server's certificate gets a connection without one.
 */
final class PostgresTls {

    private static final String REQUIRE = "require";
    private static final String VERIFY_CA = "verify-ca";
    private static final String VERIFY_FULL = "verify-full";
    private static final List<String> CHECKED = List.of(VERIFY_CA, VERIFY_FULL);
    private static final List<String> ENCRYPTED = List.of(REQUIRE, VERIFY_CA, VERIFY_FULL);
    private static final List<String> MODES = List.of("disable", "allow", "prefer", REQUIRE, VERIFY_CA, VERIFY_FULL);

    private final SettingNames names;
    private final Properties properties;

    PostgresTls(SettingNames names, Properties properties) {
        this.names = names;
        this.properties = properties;
    }

    /** Refuses what is no mode at all, and reads {@code require} with certificates as libpq does. */
    void settle(PostgresUrl url) {
        Optional<String> mode = mode();
        if (mode.isPresent() && !MODES.contains(mode.get())) {
            throw names.badUrl("has sslmode '" + mode.get() + "'; it must be one of " + MODES);
        }
        if (!url.isJdbc()
                && mode.equals(Optional.of(REQUIRE))
                && PGProperty.SSL_ROOT_CERT.getOrNull(properties) != null) {
            // To libpq that is verify-ca; the driver would not look at the certificates.
            PGProperty.SSL_MODE.set(properties, VERIFY_CA);
        }
    }

    /** These certificates are trusted and no others, and the server must be the one that it is taken for. */
    void trust(Path caFile) {
        String setting = names.option("caFile");
        if (PGProperty.SSL_ROOT_CERT.getOrNull(properties) != null) {
            throw new InvalidSettingException(setting, "says again what sslrootcert in the URL says: leave one out");
        }
        mode().filter(mode -> !CHECKED.contains(mode)).ifPresent(mode -> {
            throw new InvalidSettingException(
                    setting,
                    "contradicts sslmode=" + mode + " in the URL, which checks no certificate: it must be one of "
                            + CHECKED);
        });
        if (!Files.isReadable(caFile)) {
            throw new InvalidSettingException(setting, "is '" + caFile + "', which is no file that can be read");
        }
        PGProperty.SSL_ROOT_CERT.set(properties, caFile.toString());
        modeByDefault(VERIFY_FULL);
    }

    /** Nothing goes over the wire in plain text. */
    void require() {
        mode().filter(mode -> !ENCRYPTED.contains(mode)).ifPresent(mode -> {
            throw names.badUrl("has sslmode '" + mode
                    + "', but Supabase is never spoken to without TLS: it must be one of " + ENCRYPTED);
        });
        if ("false".equals(PGProperty.SSL.getOrNull(properties))) {
            throw names.badUrl("has ssl=false, but Supabase is never spoken to without TLS");
        }
        boolean trusts = PGProperty.SSL_ROOT_CERT.getOrNull(properties) != null;
        modeByDefault(trusts || PGProperty.SSL.getOrNull(properties) != null ? VERIFY_FULL : REQUIRE);
    }

    private Optional<String> mode() {
        return Optional.ofNullable(PGProperty.SSL_MODE.getOrNull(properties));
    }

    private void modeByDefault(String mode) {
        if (mode().isEmpty()) {
            PGProperty.SSL_MODE.set(properties, mode);
        }
    }
}
