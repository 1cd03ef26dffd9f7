package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.testkit.servers.PgBouncerProcess;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.TestCertificates;
import java.util.Optional;

/** A PgBouncer in transaction mode with fewer connections to the server than the backend has to it. */
final class Pooler implements PostgresFixture.Front {

    static final int SERVER_CONNECTIONS = 3;

    final PgBouncerProcess bouncer;
    private final Optional<TestCertificates> certificates;

    private Pooler(PgBouncerProcess bouncer, Optional<TestCertificates> certificates) {
        this.bouncer = bouncer;
        this.certificates = certificates;
    }

    /** One that speaks in plain text. */
    static Pooler plain(PostgresProcess server) {
        return new Pooler(PgBouncerProcess.start(server, SERVER_CONNECTIONS, Optional.empty()), Optional.empty());
    }

    /** One that takes no client without TLS, as at Supabase. */
    static Pooler encrypted(PostgresProcess server) {
        Optional<TestCertificates> made = Optional.of(TestCertificates.forHosts("ip:127.0.0.1"));
        return new Pooler(PgBouncerProcess.start(server, SERVER_CONNECTIONS, made), made);
    }

    @Override
    public Backend backend() {
        return jdbc();
    }

    JdbcBackend jdbc() {
        return certificates
                .map(made -> JdbcBackend.builder(bouncer.url().replace("postgresql:", "supabase:"))
                        .caFile(made.caFile())
                        .build())
                .orElseGet(() -> JdbcBackend.builder(bouncer.url()).build());
    }

    @Override
    public void close() {
        bouncer.close();
        certificates.ifPresent(TestCertificates::close);
    }
}
