package io.resilientstorage.jdbc;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockRecord;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockRule;
import io.resilientstorage.time.ReferenceClock;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The locks in a SQLite file: {@link LockRule} inside an immediate transaction.
 *
 * <p>The clock is that of the process, which only goes forward, and not the shared one, which is set right when the
 * offset of another machine's clock is measured. The processes of one machine have read the same wall clock when they
 * started. The not-after time of a request was reckoned by the shared clock, and is judged by it.
 */
final class SqliteLocks implements LockSteps {

    private final SqliteDialect dialect;
    private final Tables tables;
    private final ReferenceClock clock;

    SqliteLocks(SqliteDialect dialect, Tables tables, ReferenceClock clock) {
        this.dialect = dialect;
        this.tables = tables;
        this.clock = clock;
    }

    @Override
    public AuthorityReply authority(Session session, Life life, String space) throws SQLException {
        dialect.check(life);
        return new AuthorityReply(standing(session, space), life.incarnation(), clock.localMillis());
    }

    @Override
    public boolean replace(
            Session session, Life life, String space, long expectedRevision, Authority next, long notAfter)
            throws SQLException {
        dialect.begin(session);
        try {
            dialect.check(life);
            Optional<Authority> stored =
                    rule(life).replace(life.incarnation(), expectedRevision, next, notAfter, standing(session, space));
            if (stored.isEmpty()) {
                return false;
            }
            session.attempt().storing();
            put(session, space, stored.get());
            return dialect.commit(session, ApplyRequest.NO_LIMIT);
        } finally {
            dialect.rollback(session);
        }
    }

    @Override
    public LockReply perform(Session session, Life life, LockRequest request) throws SQLException {
        dialect.begin(session);
        try {
            dialect.check(life);
            Optional<Authority> authority = standing(session, request.space());
            Optional<LockRecord> lock = held(session, request);
            LockRule.Verdict verdict = rule(life).decide(onOwnClock(request), authority, lock);
            if (verdict.authority().equals(authority) && verdict.lock().equals(lock)) {
                return verdict.reply();
            }
            session.attempt().storing();
            if (!verdict.authority().equals(authority)) {
                put(session, request.space(), verdict.authority().orElseThrow());
            }
            if (verdict.lock().isPresent()) {
                put(session, request, verdict.lock().get());
            } else {
                remove(session, request);
            }
            dialect.commit(session, ApplyRequest.NO_LIMIT);
            return verdict.reply();
        } finally {
            dialect.rollback(session);
        }
    }

    @Override
    public String now() {
        return Long.toString(clock.localMillis());
    }

    private LockRule rule(Life life) {
        return new LockRule(clock.localMillis(), life.incarnation());
    }

    private LockRequest onOwnClock(LockRequest request) {
        return request.notAfter() == ApplyRequest.NO_LIMIT
                ? request
                : request.withNotAfter(request.notAfter() - clock.offsetMillis());
    }

    private Optional<Authority> standing(Session session, String space) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.AUTHORITY))) {
            statement.setString(1, space);
            try (ResultSet rows = session.query(statement)) {
                return rows.next() ? Optional.of(authority(rows)) : Optional.empty();
            }
        }
    }

    private static Authority authority(ResultSet rows) throws SQLException {
        return new Authority(
                rows.getLong("revision"),
                rows.getInt("active") == 1,
                rows.getLong("epoch"),
                rows.getInt("counter"),
                rows.getInt("number"),
                rows.getLong("floor"),
                rows.getLong("grants_from"),
                rows.getLong("active_until"),
                rows.getLong("peer_active_until"),
                LockSteps.terms(rows.getString("terms")),
                new Incarnation(rows.getString("life")));
    }

    private void put(Session session, String space, Authority next) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.PUT_AUTHORITY))) {
            statement.setString(1, space);
            statement.setLong(2, next.revision());
            statement.setInt(3, next.active() ? 1 : 0);
            statement.setLong(4, next.epoch());
            statement.setInt(5, next.counter());
            statement.setInt(6, next.number());
            statement.setLong(7, next.floor());
            statement.setLong(8, next.grantsFrom());
            statement.setLong(9, next.activeUntil());
            statement.setLong(10, next.peerActiveUntil());
            statement.setString(11, next.terms().text());
            statement.setString(12, next.incarnation().id());
            session.change(statement);
        }
    }

    private Optional<LockRecord> held(Session session, LockRequest request) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.LOCK))) {
            statement.setString(1, request.space());
            statement.setBytes(2, bytes(request.name()));
            try (ResultSet rows = session.query(statement)) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                String owner = new String(rows.getBytes("owner"), StandardCharsets.UTF_8);
                return Optional.of(new LockRecord(owner, rows.getLong("token"), rows.getLong("ends_at")));
            }
        }
    }

    private void put(Session session, LockRequest request, LockRecord lock) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.PUT_LOCK))) {
            statement.setString(1, request.space());
            statement.setBytes(2, bytes(request.name()));
            statement.setBytes(3, bytes(lock.owner()));
            statement.setLong(4, lock.token());
            statement.setLong(5, lock.endMillis());
            session.change(statement);
        }
    }

    private void remove(Session session, LockRequest request) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.REMOVE_LOCK))) {
            statement.setString(1, request.space());
            statement.setBytes(2, bytes(request.name()));
            session.change(statement);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
