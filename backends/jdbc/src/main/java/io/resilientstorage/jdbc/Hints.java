package io.resilientstorage.jdbc;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.time.Time;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The hints. They are made by the statement that stores the record; here they are read and removed. */
final class Hints implements HintStore {

    /** Counting further would cost more than the number is worth. */
    static final int COUNTED = 100_000;

    /** What is done with a hint that stands already: it keeps its age. */
    static final String RENEW = """
            on conflict (target, namespace, key) do update
            set version_time = excluded.version_time, version_writer = excluded.version_writer, tries = 0, parked = 0
            where (h.version_time, h.version_writer) < (excluded.version_time, excluded.version_writer)""";

    private static final int AT_ONCE = 256;

    /** Larger, since the statements for it do not grow with the number. */
    private static final int MANY_AT_ONCE = 1_000;

    /** That in which hints are locked by all, so that nobody waits in a circle. */
    static final Comparator<Hint> ORDER = Comparator.comparing(Hint::target).thenComparing(Hint::key);

    private final Lane lane;
    private final Calls calls;
    private final Dialect dialect;
    private final Tables tables;
    private final Duration timeout;

    Hints(Lane lane, Calls calls, Dialect dialect, Tables tables, Duration timeout) {
        this.lane = lane;
        this.calls = calls;
        this.dialect = dialect;
        this.tables = tables;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        return call((session, life) -> {
            dialect.begin(session);
            try {
                List<Hint> claimed = claim(session, target, limit, Time.ceilMillis(claim));
                dialect.commit(session, Long.MAX_VALUE);
                return claimed;
            } finally {
                dialect.rollback(session);
            }
        });
    }

    private List<Hint> claim(Session session, String target, int limit, long claimMillis) throws SQLException {
        String now = dialect.now();
        String sql = """
                with due as materialized (
                    select target as t, namespace as n, key as k from {hints}
                    where target = ? and parked = 0 and claimed_until <= %s
                    order by since, namespace, key limit ?%s)
                update {hints} as h set claimed_until = %s + ?
                from due where h.target = due.t and h.namespace = due.n and h.key = due.k
                returning namespace, key, version_time, version_writer, since, tries""".formatted(now, dialect.lockingFreeRows(), now);
        List<Hint> claimed = new ArrayList<>();
        session.attempt().storing();
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            statement.setString(1, target);
            statement.setInt(2, limit);
            statement.setLong(3, claimMillis);
            try (ResultSet rows = session.query(statement)) {
                while (rows.next()) {
                    claimed.add(hint(rows, target, rows.getLong("since"), rows.getInt("tries")));
                }
            }
        }
        claimed.sort(Comparator.comparingLong(Hint::since).thenComparing(Hint::key));
        return claimed;
    }

    static Hint hint(ResultSet row, String target, long since, int tries) throws SQLException {
        return new Hint(
                target,
                new RecordKey(row.getString("namespace"), new String(row.getBytes("key"), StandardCharsets.UTF_8)),
                new Version(row.getLong("version_time"), row.getLong("version_writer")),
                since,
                tries);
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        List<Hint> newest = newest(delivered);
        return call((session, life) -> {
            if (newest.isEmpty()) {
                dialect.clock(session, life);
            }
            for (int from = 0; from < newest.size(); from += MANY_AT_ONCE) {
                dialect.clear(session, life, newest.subList(from, Math.min(newest.size(), from + MANY_AT_ONCE)));
            }
            return ClearReply.of(life.incarnation());
        });
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        List<Hint> newest = newest(lacking);
        return run((session, life) -> {
            for (int from = 0; from < newest.size(); from += MANY_AT_ONCE) {
                dialect.note(session, newest.subList(from, Math.min(newest.size(), from + MANY_AT_ONCE)));
            }
            return true;
        });
    }

    /** Of each target and key the newest, in the order of the keys. */
    private static List<Hint> newest(Collection<Hint> hints) {
        Map<Hint, Hint> newest = new TreeMap<>(ORDER);
        for (Hint hint : hints) {
            newest.merge(hint, hint, (one, other) -> other.version().isNewerThan(one.version()) ? other : one);
        }
        return List.copyOf(newest.values());
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        return change("update {hints} set tries = tries + 1, claimed_until = 0", refused);
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        return change("update {hints} set parked = 1", poison);
    }

    private CompletionStage<Void> change(String what, Collection<Hint> hints) {
        if (hints.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<Hint> sorted = hints.stream().sorted(ORDER).toList();
        return run((session, life) -> change(session, what, sorted));
    }

    private CompletionStage<Void> run(Calls.Operation<Boolean> operation) {
        return call(operation).thenCompose(done -> CompletableFuture.completedStage(null));
    }

    /** In the order of the keys, as those who make hints do it too, so that nobody waits in a circle. */
    private boolean change(Session session, String what, List<Hint> hints) throws SQLException {
        for (int from = 0; from < hints.size(); from += AT_ONCE) {
            List<Hint> some = hints.subList(from, Math.min(hints.size(), from + AT_ONCE));
            dialect.begin(session);
            try {
                changeSome(session, what, some);
                dialect.commit(session, Long.MAX_VALUE);
            } finally {
                dialect.rollback(session);
            }
        }
        return true;
    }

    private void changeSome(Session session, String what, List<Hint> hints) throws SQLException {
        String sql = """
                with mine as materialized (
                    select target as t, namespace as n, key as k from {hints}
                    where (target, namespace, key, version_time, version_writer) in (values %s)
                    order by target, namespace, key%s)
                %s where (target, namespace, key) in (select t, n, k from mine)""".formatted(
                String.join(", ", Collections.nCopies(hints.size(), "(?, ?, ?, ?, ?)")), dialect.lockingRows(), what);
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            int next = 1;
            for (Hint hint : hints) {
                statement.setString(next++, hint.target());
                statement.setString(next++, hint.key().namespace());
                statement.setBytes(next++, hint.key().key().getBytes(StandardCharsets.UTF_8));
                statement.setLong(next++, hint.version().timestamp());
                statement.setLong(next++, hint.version().writer());
            }
            session.attempt().storing();
            session.change(statement);
        }
    }

    /** Counts up to {@value #COUNTED} of each kind. */
    @Override
    public CompletionStage<HintSummary> summary(String target) {
        String now = dialect.now();
        String sql =
                ("select (select count(*) from (select 1 from {hints} where target = ? and parked = 0 limit %1$d) p),"
                                + " (select count(*) from (select 1 from {hints} where target = ? and parked = 1 limit %1$d) s),"
                                + " (select %2$s - min(since) from {hints} where target = ? and parked = 0)")
                        .formatted(COUNTED, now);
        return call((session, life) -> {
            try (PreparedStatement statement = session.prepare(tables.in(sql))) {
                statement.setString(1, target);
                statement.setString(2, target);
                statement.setString(3, target);
                try (ResultSet rows = session.query(statement)) {
                    rows.next();
                    return new HintSummary(rows.getLong(1), rows.getLong(2), Math.max(0, rows.getLong(3)));
                }
            }
        });
    }

    private <T> CompletionStage<T> call(Calls.Operation<T> operation) {
        return lane.submit(timeout, attempt -> calls.run(attempt, operation));
    }
}
