package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.config.Secret;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings become a backend, or an error that names the setting. */
class JdbcBackendFactoryTest {

    private final JdbcBackendFactory factory = new JdbcBackendFactory();

    @Test
    void itIsFoundAsAService() {
        assertThat(ServiceLoader.load(BackendFactory.class)).hasAtLeastOneElementOfType(JdbcBackendFactory.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "postgres", "supabase", "jdbc:postgresql", "jdbc:sqlite", "sqlite"})
    void itKnowsItsSchemes(String scheme) {
        assertThat(factory.supports(scheme)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "jdbc:mysql", "jdbc", "file", ""})
    void itLeavesOtherSchemesToOthers(String scheme) {
        assertThat(factory.supports(scheme)).isFalse();
    }

    @Test
    void postgresqlIsSharedAndSqliteIsTheHosts() {
        assertThat(create("postgresql://h/d", Map.of()).traits())
                .isEqualTo(new BackendTraits(BackendType.DATABASE, Scope.SHARED, Durability.DURABLE, true));
        assertThat(create("supabase://u@h/d", Map.of()).traits())
                .isEqualTo(new BackendTraits(BackendType.DATABASE, Scope.SHARED, Durability.DURABLE, true));
        assertThat(factory.defaultName("supabase")).isEqualTo("supabase");
        assertThat(create("sqlite:/tmp/x.db", Map.of()).traits())
                .isEqualTo(new BackendTraits(BackendType.DATABASE, Scope.HOST, Durability.DURABLE, true));
    }

    @Test
    void optionsAreTaken() {
        create(
                "postgresql://h/d",
                Map.of("poolSize", " 3 ", "connectTimeout", "5s", "schema", "apart", "tablePrefix", "x_"));
        create("postgresql://h/d", Map.of("connectTimeout", "PT1M", "poolSize", "1_000"));
        create("postgresql://h/d", Map.of("connectTimeout", "3000ms"));
        create("sqlite:/tmp/x.db", Map.of("poolSize", "2", "tablePrefix", "x_"));
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://h/d, poolSize, 0, 1 to 1000",
        "postgresql://h/d, poolSize, 1001, 1 to 1000",
        "postgresql://h/d, poolSize, many, whole number",
        "postgresql://h/d, poolsize, 3, 'known are caFile, connectTimeout, poolSize, schema, tablePrefix'",
        "postgresql://h/d, connectTimeout, 5, such as 250ms",
        "postgresql://h/d, connectTimeout, 500ms, 1s to 1m",
        "postgresql://h/d, connectTimeout, 61s, 1s to 1m",
        "postgresql://h/d, connectTimeout, 1500ms, whole seconds",
        "postgresql://h/d, schema, 'a;drop', 'a to z, 0 to 9'",
        "postgresql://h/d, tablePrefix, Upper, 'a to z, 0 to 9'",
        "postgresql://h/d, tablePrefix, '', 1 to 31 characters",
        "sqlite:/tmp/x.db, schema, apart, no meaning for SQLite",
        "sqlite:/tmp/x.db, connectTimeout, 2s, no meaning for SQLite",
        "sqlite:/tmp/x.db, caFile, /etc/hosts, no meaning for SQLite",
        "postgresql://h/d, caFile, /nowhere/ca.pem, no file that can be read",
        "postgresql://h/d?sslmode=require, caFile, /etc/hosts, contradicts sslmode=require",
        "postgresql://h/d?sslrootcert=x.pem, caFile, /etc/hosts, says again"
    })
    void aBadOptionIsNamedWithItsBound(String url, String option, String value, String problem) {
        assertThatThrownBy(() -> create(url, Map.of(option, value)))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo("backends.db.options." + option))
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite:, names no file",
        "sqlite::memory:, must name a file",
        "jdbc:sqlite::memory:, must name a file",
        "jdbc:sqlite:file:x?mode=memory, must name a file",
        "jdbc:sqlite:, names no file",
        "sqlite://host/x.db, names a host",
        "sqlite:x.db?mode=ro, has parameters",
        "sqlite:x%2.db, percent sign",
        "mysql://h/d, must begin with"
    })
    void aBadUrlIsRefused(String url, String problem) {
        assertThatThrownBy(() -> create(url, Map.of()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("setting 'backends.db.url'")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite:/tmp/a%20b.db, /tmp/a b.db",
        "sqlite:///tmp/x.db, /tmp/x.db",
        "sqlite:/tmp/y/../x.db, /tmp/x.db",
        "jdbc:sqlite:/tmp/x.db, /tmp/x.db",
        "jdbc:sqlite:/tmp/a%20b.db, /tmp/a%20b.db",
        "jdbc:sqlite:file:/tmp/x.db?mode=ro, /tmp/x.db"
    })
    void aSqliteUrlNamesAFile(String url, String file) {
        assertThat(SqliteTarget.of(SettingNames.OF_THE_BUILDER, url).file()).hasToString(file);
    }

    @Test
    void sqliteKnowsNeitherUserNorPassword() {
        assertThatThrownBy(() -> factory.create(settings("sqlite:/tmp/x.db", Optional.of("me"), Map.of())))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("backends.db.username");
    }

    @Test
    void aBackendThatIsNotOpenSaysSo() {
        Backend backend = create("postgresql://h/d", Map.of());
        assertThatThrownBy(() -> backend.probe(Duration.ofSeconds(1))).isInstanceOf(IllegalStateException.class);
        backend.close(Duration.ZERO);
    }

    private Backend create(String url, Map<String, String> options) {
        return factory.create(settings(url, Optional.empty(), options));
    }

    private static BackendSettings settings(String url, Optional<String> username, Map<String, String> options) {
        return new BackendSettings(
                "db",
                url,
                username,
                Optional.<Secret>empty(),
                1,
                true,
                Duration.ofSeconds(1),
                Optional.empty(),
                options);
    }
}
