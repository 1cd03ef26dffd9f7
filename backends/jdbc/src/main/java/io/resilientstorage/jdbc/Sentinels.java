package io.resilientstorage.jdbc;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The sentinel. It is a row of the records, in a generation of its own, so that whatever takes the records away takes
 * it along, and nothing that makes the tables brings it back.
 *
 * <p>It is stored as a record is: what stands is read, and the next is stored if and only if what was read still
 * stands, as the row's position tells. If something came between, it is not what was expected any more.
 */
final class Sentinels implements SentinelStore {

    /** The generation that has the sentinel alone. */
    static final int GENERATION = -2;

    static final RecordKey KEY = new RecordKey("", "sentinel");

    /** Whether a sentinel stands that says WARM. The value's first two bytes tell. */
    static String isWarm(String bytes) {
        return "exists (select 1 from {records} s where s.generation = " + GENERATION
                + " and s.namespace = '' and s.key = " + bytes.formatted("73656e74696e656c") + " and s.format <= "
                + StoredRow.FORMAT + " and substr(s.value, 1, 2) = " + bytes.formatted("3157") + ") as warm";
    }

    private final Lane lane;
    private final Calls calls;
    private final Dialect dialect;
    private final Duration timeout;

    Sentinels(Lane lane, Calls calls, Dialect dialect, Duration timeout) {
        this.lane = lane;
        this.calls = calls;
        this.dialect = dialect;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<SentinelReply> read() {
        return lane.submit(
                timeout,
                attempt -> calls.run(
                        attempt,
                        (session, life) ->
                                new SentinelReply(row(session, life).map(Sentinels::sentinel), life.incarnation())));
    }

    @Override
    public CompletionStage<Boolean> compareAndSet(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
        return lane.submit(
                timeout,
                attempt -> calls.run(
                        attempt, (session, present) -> compareAndSet(session, present, life, expected, next)));
    }

    private boolean compareAndSet(
            Session session, Life present, Incarnation life, Optional<Sentinel> expected, Sentinel next)
            throws SQLException {
        dialect.begin(session);
        try {
            // Reading it checks that the present life is present indeed.
            Optional<StoredRow> row = row(session, present);
            if (!present.incarnation().equals(life)
                    || !row.map(Sentinels::sentinel).equals(expected)) {
                return false;
            }
            Content text = Content.value(next.text().getBytes(StandardCharsets.UTF_8));
            Dialect.Pending pending = new Dialect.Pending(
                    new VersionedRecord(KEY, Version.NONE, text, VersionedRecord.NEVER),
                    row.map(StoredRow::position).orElse(0L),
                    null,
                    Set.of());
            Set<Integer> stored = dialect.store(session, GENERATION, ApplyRequest.NO_LIMIT, List.of(pending));
            return dialect.commit(session, ApplyRequest.NO_LIMIT) && !stored.isEmpty();
        } finally {
            dialect.rollback(session);
        }
    }

    private Optional<StoredRow> row(Session session, Life life) throws SQLException {
        Dialect.Standing standing = dialect.standing(session, life, GENERATION, List.of(KEY), Dialect.Detail.VALUES);
        return Optional.ofNullable(standing.rows().get(KEY));
    }

    private static Sentinel sentinel(StoredRow row) {
        if (row.isReadable() && row.record().content() instanceof Content.Value value) {
            try {
                return Sentinel.parse(new String(value.bytes(), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw BackendException.refused(
                        "its sentinel has a format that this version does not know: " + e.getMessage());
            }
        }
        throw BackendException.refused("its sentinel has a format that this version does not know");
    }
}
