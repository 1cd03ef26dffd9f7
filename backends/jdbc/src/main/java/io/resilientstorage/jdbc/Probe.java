package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.time.Randomness;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Finds out whether the database does its work: writes, reads and deletes a row, looks whether it is still in the same
 * life, and reads its clock. One that only reads is degraded, and so is one that had no room for a record and still has
 * none.
 */
final class Probe {

    private final Dialect dialect;
    private final Tables tables;
    private final Randomness randomness;
    private final Shortage shortage;

    Probe(Dialect dialect, Tables tables, Randomness randomness, Shortage shortage) {
        this.dialect = dialect;
        this.tables = tables;
        this.randomness = randomness;
        this.shortage = shortage;
    }

    ProbeReply probe(Session session, Life life) throws SQLException {
        Optional<String> degraded = writes(session);
        if (degraded.isPresent()) {
            session.number(tables.in("select count(*) from (select 1 from {records} limit 1) r"));
        }
        return new ProbeReply(life.incarnation(), dialect.clock(session, life), degraded);
    }

    /** Why it does not write; empty if it does. */
    private Optional<String> writes(Session session) throws SQLException {
        try {
            dialect.tryOut(session, randomness.nextLong() >>> 1);
            if (shortage.isPresent()) {
                dialect.tryRoom(session, randomness.nextLong() >>> 1);
                shortage.over();
            }
            return Optional.empty();
        } catch (SQLException e) {
            if (SqlFailures.meaning(e).kind() != BackendException.Kind.REFUSED || SqlFailures.isSchemaLost(e)) {
                throw e;
            }
            return Optional.of("it does not write: " + SqlFailures.message(e));
        }
    }
}
