package io.resilientstorage.jdbc;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.config.DurationText;
import io.resilientstorage.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL or a SQLite file as a backend. Makes and migrates its tables by itself, in the background; see the
 * package's description for how. Safe for use by several threads.
 *
 * <p>Failures are {@link io.resilientstorage.backend.BackendException}s, sorted by SQLState or SQLite's result code.
 * Every call ends by its time-out, whatever the database does.
 */
public final class JdbcBackend implements Backend {

    private final JdbcSettings settings;
    private volatile @Nullable OpenBackend open;

    private JdbcBackend(JdbcSettings settings) {
        this.settings = settings;
    }

    /**
     * Settings for a backend.
     *
     * @param url as in {@code postgresql://user:password@host:5432/database?sslmode=require}, {@code sqlite:FILE}, or a
     *     JDBC URL of either. Several hosts of one PostgreSQL are separated by commas; then the one that can be written
     *     to is used. With {@code supabase://} instead of {@code postgresql://} TLS is required, few connections are
     *     made, and what contradicts Supabase's pooler is refused.
     */
    public static Builder builder(String url) {
        return new Builder(url, SettingNames.OF_THE_BUILDER);
    }

    /** As {@link #builder(String)}, for settings that have other names where the user wrote them. */
    static Builder builder(String url, SettingNames names) {
        return new Builder(url, names);
    }

    /** Settings for a backend, with their defaults. For use by one thread. */
    public static final class Builder {

        private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

        private final String url;
        private final SettingNames names;
        private Optional<String> username = Optional.empty();
        private Optional<Secret> password = Optional.empty();
        private Optional<Path> caFile = Optional.empty();
        private Optional<Integer> poolSize = Optional.empty();
        private Optional<Duration> connectTimeout = Optional.empty();
        private String schema = "";
        private String tablePrefix = "resilient_storage_";

        private Builder(String url, SettingNames names) {
            this.url = Objects.requireNonNull(url, "url");
            this.names = names;
        }

        /** Overrides the user in the URL. PostgreSQL only. */
        public Builder username(String name) {
            username = Optional.of(name);
            return this;
        }

        /** Overrides the password in the URL. PostgreSQL only. */
        public Builder password(Secret secret) {
            password = Optional.of(secret);
            return this;
        }

        /**
         * The certificates to trust, in PEM format. They are checked, and so is the name of the server, unless the URL
         * says {@code sslmode=verify-ca}. PostgreSQL only.
         */
        public Builder caFile(Path pem) {
            caFile = Optional.of(pem);
            return this;
        }

        /** How many connections there are at most, 1 to 1000; 10 by default, 4 for SQLite and at Supabase. */
        public Builder poolSize(int connections) {
            poolSize = Optional.of(connections);
            return this;
        }

        /** How long making a connection may take, 1 s to 60 s, in whole seconds; 2 s by default. PostgreSQL only. */
        public Builder connectTimeout(Duration time) {
            connectTimeout = Optional.of(time);
            return this;
        }

        /** The schema in which the tables are; made if it is missing. PostgreSQL only. */
        public Builder schema(String name) {
            schema = name;
            return this;
        }

        /** What the names of the tables begin with; {@code resilient_storage_} by default. */
        public Builder tablePrefix(String prefix) {
            tablePrefix = prefix;
            return this;
        }

        /**
         * Makes the backend. Touches no server.
         *
         * @throws InvalidSettingException if a setting is not legal
         */
        public JdbcBackend build() {
            Target target = target();
            int size = poolSize.orElse(target.defaultPoolSize());
            return new JdbcBackend(JdbcSettings.of(names, target, size, new Tables(schema, tablePrefix)));
        }

        private Target target() {
            if (url.startsWith("sqlite:") || url.startsWith("jdbc:sqlite:")) {
                refuse(names.username(), username);
                refuse(names.password(), password);
                refuse(names.option("caFile"), caFile);
                refuse(names.option("connectTimeout"), connectTimeout);
                return SqliteTarget.of(names, url);
            }
            if (PostgresUrl.isOne(url)) {
                return PostgresTarget.of(url, new PostgresAccess(names, username, password, caFile, connectTimeout()));
            }
            throw names.badUrl(
                    "must begin with postgresql:, postgres:, supabase:, jdbc:postgresql:, sqlite: or jdbc:sqlite:");
        }

        private static void refuse(String setting, Optional<?> value) {
            if (value.isPresent()) {
                throw new InvalidSettingException(setting, "has no meaning for SQLite");
            }
        }

        private Duration connectTimeout() {
            String setting = names.option("connectTimeout");
            Duration time = JdbcSettings.CONNECT_BOUNDS.check(setting, connectTimeout.orElse(CONNECT_TIMEOUT));
            if (!time.truncatedTo(ChronoUnit.SECONDS).equals(time)) {
                throw new InvalidSettingException(
                        setting, "is " + DurationText.format(time) + ", and must be in whole seconds");
            }
            return time;
        }
    }

    @Override
    public BackendTraits traits() {
        return settings.target().traits();
    }

    @Override
    public void open(BackendContext context) {
        OpenBackend opened = new OpenBackend(settings, context);
        open = opened;
        opened.start();
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return opened().read(request);
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return opened().apply(request);
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return opened().probe(timeout);
    }

    @Override
    public Optional<HintStore> hints() {
        return Optional.of(opened().hints());
    }

    @Override
    public Optional<RecordScan> scan() {
        return Optional.of(opened().scan());
    }

    @Override
    public Optional<ChangeScan> changes() {
        return Optional.of(opened().changes());
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return Optional.of(opened().sentinels());
    }

    @Override
    public Optional<LockStore> locks() {
        return Optional.of(opened().locks());
    }

    @Override
    public void close(Duration patience) {
        OpenBackend opened = open;
        if (opened != null) {
            opened.close(patience);
        }
    }

    /** Where it is, without credentials. */
    @Override
    public String toString() {
        return "JdbcBackend[" + settings.target() + "]";
    }

    private OpenBackend opened() {
        OpenBackend opened = open;
        if (opened == null) {
            throw new IllegalStateException("the backend is not open");
        }
        return opened;
    }
}
