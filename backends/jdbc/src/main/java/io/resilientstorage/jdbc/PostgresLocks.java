package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The locks in PostgreSQL: each step is one call of one of the functions that the schema brings, see
 * {@link PostgresLockSchema}.
 */
final class PostgresLocks implements LockSteps {

    /** What the functions answer if the life is another one than was meant; then nothing was done. */
    static final String CHANGED = "CHANGED";

    /** So much longer the server waits than the call: it is the call's time-out that says how it ended. */
    private static final int LONGER_MILLIS = 100;

    /**
     * In which line of what a step answers the authority record begins, if there is one. Before it are the status, the
     * clock, the end of the lock and its token.
     */
    private static final int RECORD = 4;

    private final String authority;
    private final String replace;
    private final String step;
    private final String grant;
    private final String free;
    private final String now;
    private final DirectSessions direct;

    PostgresLocks(Tables tables, String mark, String now, DirectSessions direct) {
        this.now = now;
        this.direct = direct;
        this.authority = tables.in("select c.mark, c.now, a.* from (select " + mark + " as mark, " + now
                + " as now) c left join (select a.*, " + PostgresLockSchema.COUNTER
                + " as counter from {authorities} a) a on a.space = ?");
        this.replace = tables.in("select {authority_put}(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        this.step = tables.in("select {lock_step}(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), pg_backend_pid()");
        this.grant = tables.in("select {lock_grant}(?, ?, ?, ?, ?, ?, ?, ?, ?), pg_backend_pid()");
        this.free = tables.in("select {lock_free}(?, ?, ?, ?, ?, ?, ?, ?, ?), pg_backend_pid()");
    }

    @Override
    public String now() {
        return now;
    }

    @Override
    public AuthorityReply authority(Session session, Life life, String space) throws SQLException {
        try (PreparedStatement statement = session.prepare(authority)) {
            statement.setString(1, space);
            try (ResultSet rows = session.query(statement)) {
                rows.next();
                life.check(rows.getString("mark"));
                return new AuthorityReply(standing(rows), life.incarnation(), rows.getLong("now"));
            }
        }
    }

    private static Optional<Authority> standing(ResultSet rows) throws SQLException {
        long revision = rows.getLong("revision");
        if (rows.wasNull()) {
            return Optional.empty();
        }
        return Optional.of(new Authority(
                revision,
                rows.getBoolean("active"),
                rows.getLong("epoch"),
                rows.getInt("counter"),
                rows.getInt("number"),
                rows.getLong("floor"),
                rows.getLong("grants_from"),
                rows.getLong("active_until"),
                rows.getLong("peer_active_until"),
                LockSteps.terms(rows.getString("terms")),
                new Incarnation(rows.getString("life"))));
    }

    @Override
    public boolean replace(
            Session session, Life life, String space, long expectedRevision, Authority next, long notAfter)
            throws SQLException {
        session.attempt().storing();
        try (PreparedStatement statement = session.prepare(replace)) {
            statement.setString(1, space);
            statement.setString(2, life.mark());
            statement.setString(3, life.incarnation().id());
            statement.setLong(4, expectedRevision);
            statement.setBoolean(5, next.active());
            statement.setLong(6, next.epoch());
            statement.setInt(7, next.number());
            statement.setLong(8, next.floor());
            statement.setLong(9, next.grantsFrom());
            statement.setLong(10, next.activeUntil());
            statement.setLong(11, next.peerActiveUntil());
            statement.setString(12, next.terms().text());
            statement.setLong(13, notAfter);
            try (ResultSet rows = session.query(statement)) {
                rows.next();
                String answer = rows.getString(1);
                checkUnchanged(session, answer);
                return answer.equals("DONE");
            }
        }
    }

    @Override
    public LockReply perform(Session session, Life life, LockRequest request) throws SQLException {
        session.attempt().storing();
        String statement = switch (request.action()) {
            case ACQUIRE -> grant;
            case RELEASE -> free;
            case RENEW, COPY -> step;
        };
        return direct.run(
                session.connection(),
                () -> session.prepareBounded(statement),
                prepared -> perform(session, prepared, life, request));
    }

    private LockReply perform(Session session, PreparedStatement statement, Life life, LockRequest request)
            throws SQLException {
        fill(new PostgresParameters(statement), session, life, request);
        try (ResultSet rows = session.query(statement)) {
            rows.next();
            direct.answeredBy(session.connection(), rows.getInt(2));
            List<String> answer = List.of(rows.getString(1).split("\n", -1));
            checkUnchanged(session, answer.get(0));
            return reply(answer, life.incarnation());
        }
    }

    /** What each of the functions has to be told, in the order that they have in common. */
    private static void fill(PostgresParameters to, Session session, Life life, LockRequest request)
            throws SQLException {
        boolean acquires = request.action() == LockAction.ACQUIRE;
        boolean releases = request.action() == LockAction.RELEASE;
        if (!acquires && !releases) {
            to.text(request.action().name());
        }
        to.text(request.space())
                .bytes(request.name().getBytes(StandardCharsets.UTF_8))
                .bytes(request.owner().getBytes(StandardCharsets.UTF_8));
        if (!releases) {
            to.number(request.ttlMillis());
        }
        to.text(request.terms().text());
        if (!acquires) {
            to.number(request.token());
        }
        to.number(request.notAfter())
                .text(life.mark())
                .text(life.incarnation().id())
                .text(Integer.toString(session.attempt().remainingMillis() + LONGER_MILLIS));
    }

    private static void checkUnchanged(Session session, String answer) throws Life.Changed {
        if (answer.equals(CHANGED)) {
            session.attempt().lostRound();
            throw new Life.Changed();
        }
    }

    private static LockReply reply(List<String> answer, Incarnation incarnation) {
        long now = Long.parseLong(answer.get(1));
        return new LockReply(
                LockStatus.valueOf(answer.get(0)),
                Long.parseLong(answer.get(3)),
                Long.parseLong(answer.get(2)) - now,
                now,
                incarnation,
                answer.size() == RECORD ? Optional.empty() : Optional.of(told(answer)));
    }

    /** The record that a refusal tells. */
    private static Authority told(List<String> answer) {
        return new Authority(
                Long.parseLong(answer.get(RECORD)),
                answer.get(RECORD + 1).equals("t"),
                Long.parseLong(answer.get(RECORD + 2)),
                Integer.parseInt(answer.get(RECORD + 3)),
                Integer.parseInt(answer.get(RECORD + 4)),
                Long.parseLong(answer.get(RECORD + 5)),
                Long.parseLong(answer.get(RECORD + 6)),
                Long.parseLong(answer.get(RECORD + 7)),
                Long.parseLong(answer.get(RECORD + 8)),
                LockSteps.terms(answer.get(RECORD + 9)),
                new Incarnation(answer.get(RECORD + 10)));
    }
}
