package io.resilientstorage.jdbc;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.Clock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Stores records, each only if it is newer.
 *
 * <p>In rounds: what stands is read; {@link ApplyRule} decides; what it wants stored is stored, each record if and only
 * if what was read still stands. A record that lost the race goes into the next round, where it meets what came
 * between. The position of a row tells one state of it from every other, since no transaction writes a row twice. In
 * each round somebody wins, and the time of the call bounds the rounds. Within the process those who write the same key
 * do so in {@link Turns}, so that rounds are lost to other processes only. Nobody holds a connection while waiting for
 * their turn, so that a key that is locked keeps one connection busy and no more.
 */
final class Writes {

    /** A batch of more records than this waits for nobody at first: it would soon wait for everybody. */
    private static final int FEW = 8;

    /** How often a batch tries without waiting. What is left of it then is little, unless the whole batch is hot. */
    private static final int ROUNDS_WITHOUT_TURN = 4;

    private final Calls calls;
    private final Dialect dialect;
    private final Duration tombstoneLife;
    private final Shortage shortage;
    private final Turns turns;

    Writes(Calls calls, Dialect dialect, Duration tombstoneLife, Shortage shortage, Clock clock) {
        this.calls = calls;
        this.dialect = dialect;
        this.tombstoneLife = tombstoneLife;
        this.shortage = shortage;
        this.turns = new Turns(clock);
    }

    /** The records of one round that are to be stored. */
    private static final class Offer {
        private final List<Integer> indexes = new ArrayList<>();
        private final List<ApplyResult> results = new ArrayList<>();
        private final List<Dialect.Pending> records = new ArrayList<>();
    }

    /** How far a request is. */
    private static final class Batch {
        private final ApplyRequest request;
        private final List<Integer> all;
        private final ApplyResult[] results;
        private List<Integer> open;
        private @Nullable Life life;

        Batch(ApplyRequest request) {
            List<Change> changes = request.changes();
            this.request = request;
            // Always in the order of the keys, so that two batches never wait for each other.
            this.all = IntStream.range(0, changes.size())
                    .boxed()
                    .sorted(Comparator.comparing(
                            index -> changes.get(index).record().key()))
                    .toList();
            this.open = all;
            this.results = new ApplyResult[changes.size()];
        }

        /** What was decided in another life of the database counts for nothing in this one. */
        void goOnIn(Life present, Attempt attempt) throws Life.Changed {
            if (present.equals(life)) {
                return;
            }
            if (attempt.hasPartlyStored()) {
                throw new Life.Changed();
            }
            life = present;
            open = all;
        }
    }

    ApplyReply apply(Attempt attempt, ApplyRequest request) throws SQLException {
        Batch batch = new Batch(request);
        Life life = batch.open.size() > FEW
                ? calls.run(attempt, (session, now) -> rounds(session, now, batch, ROUNDS_WITHOUT_TURN))
                : null;
        if (life == null || !batch.open.isEmpty()) {
            life = inTurn(attempt, batch);
        }
        return new ApplyReply(List.of(batch.results), life.incarnation());
    }

    private Life inTurn(Attempt attempt, Batch batch) throws SQLException {
        Turns.Turn turn = turns.take(attempt, keys(batch.request, batch.open));
        try {
            Life life = calls.run(attempt, (session, now) -> rounds(session, now, batch, Integer.MAX_VALUE));
            turn.served();
            return life;
        } finally {
            turn.end();
        }
    }

    /** Decides again and again about what is open, but no more than so often. */
    private Life rounds(Session session, Life life, Batch batch, int atMost) throws SQLException {
        batch.goOnIn(life, session.attempt());
        try {
            for (int round = 0; round < atMost && !batch.open.isEmpty(); round++) {
                batch.open = round(session, life, batch.request, batch.open, batch.results);
            }
        } catch (SQLException e) {
            shortage.noticed(e);
            throw e;
        }
        return life;
    }

    private static List<RecordKey> keys(ApplyRequest request, List<Integer> indexes) {
        return indexes.stream()
                .map(index -> request.changes().get(index).record().key())
                .toList();
    }

    /** Decides about the open ones, and returns those that have to be decided again. */
    private List<Integer> round(
            Session session, Life life, ApplyRequest request, List<Integer> open, ApplyResult[] results)
            throws SQLException {
        session.attempt().beginRound();
        dialect.begin(session);
        try {
            Offer offer = decide(session, life, request, open, results);
            if (offer.indexes.isEmpty()) {
                return List.of();
            }
            Set<Integer> stored = dialect.store(session, request.generation(), request.notAfter(), offer.records);
            if (!dialect.commit(session, request.notAfter())) {
                session.attempt().lostRound();
                return offer.indexes;
            }
            return settle(session, offer, stored, results);
        } finally {
            dialect.rollback(session);
        }
    }

    private Offer decide(Session session, Life life, ApplyRequest request, List<Integer> open, ApplyResult[] results)
            throws SQLException {
        List<RecordKey> keys = keys(request, open);
        Dialect.Standing standing =
                dialect.standing(session, life, request.generation(), keys, Dialect.Detail.VERSIONS);
        long now = standing.nowMillis();
        ApplyRule rule = ApplyRule.of(request, now, tombstoneLife);
        Offer offer = new Offer();
        for (int index : open) {
            Change change = request.changes().get(index);
            Optional<StoredRow> row =
                    Optional.ofNullable(standing.rows().get(change.record().key()));
            if (row.isPresent() && !row.get().isReadable()) {
                VersionedRecord unreadable = row.get().record();
                results[index] = new ApplyResult(ApplyStatus.UNREADABLE, unreadable.version(), unreadable.isLive(now));
                continue;
            }
            ApplyRule.Verdict verdict = rule.decide(change, row.map(StoredRow::record));
            if (verdict.store().isEmpty()) {
                results[index] = verdict.result();
                continue;
            }
            VersionedRecord record = verdict.store().get();
            offer.indexes.add(index);
            offer.results.add(verdict.result());
            offer.records.add(new Dialect.Pending(
                    record, row.map(StoredRow::position).orElse(0L), deadAt(record, now), change.hintsFor()));
        }
        return offer;
    }

    private static List<Integer> settle(Session session, Offer offer, Set<Integer> stored, ApplyResult[] results) {
        List<Integer> lost = new ArrayList<>();
        for (int i = 0; i < offer.indexes.size(); i++) {
            int index = offer.indexes.get(i);
            if (stored.contains(i)) {
                results[index] = offer.results.get(i);
            } else {
                lost.add(index);
            }
        }
        if (!stored.isEmpty()) {
            session.attempt().partlyStored();
        }
        if (!lost.isEmpty()) {
            session.attempt().lostRound();
        }
        return lost;
    }

    /**
     * From when on the record is dead and everything that could be older than it is too: what is kept for the tombstone
     * life after this moment cannot be missed.
     */
    private static @Nullable Long deadAt(VersionedRecord record, long now) {
        long settled = Math.max(now, record.version().millis());
        if (record.content().isTombstone()) {
            return settled;
        }
        return record.expiresAt() == VersionedRecord.NEVER ? null : Math.max(settled, record.expiresAt());
    }
}
