package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** A PostgreSQL that has no room for more. */
class PostgresRoomTest {

    @Test
    void aFullDiskRefusesRecordsAndIsDegradedUntilThereIsRoomThoughTheProbesOwnRowFits() {
        String value = "x".repeat(1_500);
        try (PostgresProcess postgres =
                        PostgresProcess.builder().smallDisk("16m").start();
                OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build());
                OpenedBackend control =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build())) {
            assertThat(storage.write("before", value).status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(control.probe().degraded()).isEmpty();
            postgres.fillDisk();

            BackendException failure = firstFailure(storage, value);
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.REFUSED);
            assertThat(failure.outcomeKnown()).isTrue();
            assertThat(failure).hasMessageContaining("53100").hasMessageContaining("No space left on device");
            for (int i = 0; i < 3; i++) {
                assertThat(storage.probe().degraded().orElse(""))
                        .contains("53100")
                        .contains("No space left on device");
            }
            assertThat(control.probe().degraded())
                    .as("who was refused nothing has no reason to look for room")
                    .isEmpty();
            assertThat(storage.read("before")).isEqualTo(value);

            postgres.makeRoom();
            await().until(() -> storage.probe().degraded().isEmpty());
            assertThat(storage.write("after", value).status()).isEqualTo(ApplyStatus.APPLIED);
            postgres.fillDisk();
            assertThat(storage.probe().degraded())
                    .as("the shortage was over, and nobody has been refused since")
                    .isEmpty();
            postgres.makeRoom();
        }
    }

    private static BackendException firstFailure(OpenedBackend storage, String value) {
        for (int i = 0; i < 1_000; i++) {
            try {
                storage.write("fill " + i, value);
            } catch (BackendException e) {
                return e;
            }
        }
        throw new AssertionError("it all fitted in");
    }

    @Test
    void lookingForRoomLeavesNothingBehind() {
        try (PostgresProcess postgres = PostgresProcess.start();
                Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                parts.dialect.tryRoom(session, 7);
                parts.dialect.tryRoom(session, 7);
                return true;
            });
            assertThat(parts.<Long>run(
                            (session, life) -> session.number(Parts.TABLES.in("select count(*) from {records}"))))
                    .isZero();
        }
    }

    @Test
    void aQuotaIsAsGoodAReasonAsAFullDiskInWhateverLanguage() {
        // What the server sends for EDQUOT and EFBIG: an "internal error", from the routine that makes files larger.
        SQLException quota = new PSQLException(new ServerErrorMessage(
                "SERREUR\0VERROR\0CXX000\0Mn'a pas pu étendre le fichier\0Fmd.c\0L600\0Rmdzeroextend\0\0"));
        SQLException bug = new PSQLException(
                new ServerErrorMessage("SERREUR\0VERROR\0CXX000\0Mn'importe quoi\0Fmd.c\0L600\0Rmdread\0\0"));
        assertThat(SqlFailures.meaning(quota)).isEqualTo(new SqlFailures.Meaning(Kind.REFUSED, true));
        assertThat(SqlFailures.meaning(bug)).isEqualTo(new SqlFailures.Meaning(Kind.UNAVAILABLE, false));
        Shortage shortage = new Shortage();
        shortage.noticed(bug);
        assertThat(shortage.isPresent()).isFalse();
        shortage.noticed(quota);
        assertThat(shortage.isPresent()).isTrue();
    }
}
