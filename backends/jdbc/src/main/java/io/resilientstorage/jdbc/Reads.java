package io.resilientstorage.jdbc;

import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.RecordKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads records by their keys; the server's clock says which have expired. What is missed is read once more, together
 * with the sentinel: so a hit, which is the usual case, does not pay for a statement that takes the server a quarter
 * longer to plan.
 */
final class Reads {

    private final Dialect dialect;

    Reads(Dialect dialect) {
        this.dialect = dialect;
    }

    ReadReply read(Session session, Life life, ReadRequest request) throws SQLException {
        Map<RecordKey, ReadAnswer> answers = new HashMap<>();
        read(session, life, request.generation(), request.keys(), Dialect.Detail.VALUES, answers);
        List<RecordKey> missed = missed(answers, request.keys());
        MissTrust trust = MissTrust.BELIEVED;
        if (!missed.isEmpty()) {
            boolean warm = read(session, life, request.generation(), missed, Dialect.Detail.VALUES_AND_WARMTH, answers);
            // What was written meanwhile is no miss any more.
            trust = warm || missed(answers, missed).isEmpty() ? MissTrust.BELIEVED : MissTrust.COLD;
        }
        List<ReadAnswer> ordered = new ArrayList<>(answers.size());
        request.keys().forEach(key -> ordered.add(answers.get(key)));
        return new ReadReply(ordered, life.incarnation(), trust);
    }

    private boolean read(
            Session session,
            Life life,
            int generation,
            List<RecordKey> keys,
            Dialect.Detail detail,
            Map<RecordKey, ReadAnswer> answers)
            throws SQLException {
        Dialect.Standing standing = dialect.standing(session, life, generation, keys, detail);
        for (RecordKey key : keys) {
            StoredRow row = standing.rows().get(key);
            answers.put(key, row == null ? ReadAnswer.Miss.NOTHING : row.answer(standing.nowMillis()));
        }
        return standing.warm();
    }

    private static List<RecordKey> missed(Map<RecordKey, ReadAnswer> answers, List<RecordKey> keys) {
        return keys.stream()
                .filter(key -> answers.get(key) instanceof ReadAnswer.Miss)
                .toList();
    }
}
