package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads records by prefix, in the order of the keys, by ranges of the primary key. A page stands in one namespace;
 * where all are wanted, the next page goes on in the next one. Records of a newer format are passed over.
 */
final class PrefixScan implements RecordScan {

    private static final int BYTE = 0xFF;

    private final Lane lane;
    private final Calls calls;
    private final Dialect dialect;
    private final Tables tables;
    private final Duration timeout;

    /**
     * Where a page begins: behind this key of this namespace.
     *
     * @param hexKey the bytes of the key; none for the beginning
     */
    private record Cursor(String namespace, String hexKey) {

        static Cursor parse(String text) {
            int slash = text.indexOf('/');
            if (slash < 0) {
                throw new IllegalArgumentException("a cursor has a slash in it");
            }
            Cursor cursor = new Cursor(text.substring(0, slash), text.substring(slash + 1));
            HexFormat.of().parseHex(cursor.hexKey);
            return cursor;
        }

        byte[] key() {
            return HexFormat.of().parseHex(hexKey);
        }

        Cursor at(byte[] key) {
            return new Cursor(namespace, HexFormat.of().formatHex(key));
        }

        String text() {
            return namespace + "/" + hexKey;
        }
    }

    PrefixScan(Lane lane, Calls calls, Dialect dialect, Tables tables, Duration timeout) {
        this.lane = lane;
        this.calls = calls;
        this.dialect = dialect;
        this.tables = tables;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<Page> scan(Request request) {
        Optional<Cursor> cursor;
        try {
            cursor = request.cursor().map(Cursor::parse);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(BackendException.invalid("the cursor is not one of ours", e));
        }
        return lane.submit(timeout, attempt -> calls.run(attempt, (session, life) -> page(session, request, cursor)));
    }

    private Page page(Session session, Request request, Optional<Cursor> cursor) throws SQLException {
        Optional<Cursor> begin = cursor.or(() -> request.namespace().map(name -> new Cursor(name, "")));
        if (begin.isEmpty()) {
            begin = nextNamespace(session, request, "");
        }
        if (begin.isEmpty()) {
            return new Page(List.of(), Optional.empty());
        }
        Cursor from = begin.get();
        Optional<byte[]> last = last(session, request, from);
        if (last.isPresent()) {
            Cursor next = from.at(last.get());
            return new Page(records(session, request, from, last.get()), Optional.of(next.text()));
        }
        Optional<Cursor> next =
                request.namespace().isPresent() ? Optional.empty() : nextNamespace(session, request, from.namespace());
        return new Page(List.of(), next.map(Cursor::text));
    }

    private Optional<Cursor> nextNamespace(Session session, Request request, String after) throws SQLException {
        try (PreparedStatement statement = session.prepare(
                tables.in("select min(namespace) from {records} where generation = ? and namespace > ?"))) {
            statement.setInt(1, request.generation());
            statement.setString(2, after);
            try (ResultSet rows = session.query(statement)) {
                String next = rows.next() ? rows.getString(1) : null;
                return next == null ? Optional.empty() : Optional.of(new Cursor(next, ""));
            }
        }
    }

    /** The last key of the next page; empty if there are none left in the namespace. */
    private Optional<byte[]> last(Session session, Request request, Cursor from) throws SQLException {
        byte[] prefix = request.prefix().getBytes(StandardCharsets.UTF_8);
        PageBound bound = new PageBound(request.limit());
        Optional<byte[]> last = Optional.empty();
        String sql = "select key, coalesce(length(value), 0) from {records}"
                + " where generation = ? and namespace = ? and key > ? and key >= ?"
                + (prefix.length == 0 ? "" : " and key < ?") + " order by key limit ?";
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            int next = 1;
            statement.setInt(next++, request.generation());
            statement.setString(next++, from.namespace());
            statement.setBytes(next++, from.key());
            statement.setBytes(next++, prefix);
            if (prefix.length > 0) {
                statement.setBytes(next++, behind(prefix));
            }
            statement.setInt(next, Math.max(1, request.limit()));
            try (ResultSet rows = session.query(statement)) {
                while (rows.next() && bound.takes(rows.getLong(2))) {
                    last = Optional.of(rows.getBytes(1));
                }
            }
        }
        return last;
    }

    private List<VersionedRecord> records(Session session, Request request, Cursor from, byte[] last)
            throws SQLException {
        String live = "r.value is not null and r.expires_at > " + dialect.now();
        String sql = "select r.key, r.value, " + live + " as live, " + StoredRow.COLUMNS + " from {records} r"
                + " where r.generation = ? and r.namespace = ? and r.key > ? and r.key >= ? and r.key <= ?"
                + " and r.format <= " + StoredRow.FORMAT
                + (request.ended() ? "" : " and " + live)
                + " order by r.key";
        List<VersionedRecord> records = new ArrayList<>();
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            statement.setInt(1, request.generation());
            statement.setString(2, from.namespace());
            statement.setBytes(3, from.key());
            statement.setBytes(4, request.prefix().getBytes(StandardCharsets.UTF_8));
            statement.setBytes(5, last);
            try (ResultSet rows = session.query(statement)) {
                while (rows.next()) {
                    RecordKey key =
                            new RecordKey(from.namespace(), new String(rows.getBytes("key"), StandardCharsets.UTF_8));
                    boolean isLive = rows.getBoolean("live");
                    StoredRow.read(rows, key, isLive)
                            .map(row -> isLive
                                    ? row.record()
                                    : VersionedRecord.ended(key, row.record().version()))
                            .ifPresent(records::add);
                }
            }
        }
        return records;
    }

    /**
     * The first key behind all that begin with the prefix. UTF-8 has no byte of all ones, so the last can be raised.
     */
    private static byte[] behind(byte[] prefix) {
        byte[] end = Arrays.copyOf(prefix, prefix.length);
        end[end.length - 1] = (byte) ((end[end.length - 1] & BYTE) + 1);
        return end;
    }
}
