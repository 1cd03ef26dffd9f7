package io.resilientstorage.jdbc;

import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.RecordKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads records by their keys; the server's clock says which have expired. */
final class Reads {

    private final Dialect dialect;

    Reads(Dialect dialect) {
        this.dialect = dialect;
    }

    ReadReply read(Session session, Life life, ReadRequest request) throws SQLException {
        Dialect.Standing standing = dialect.standing(session, life, request.generation(), request.keys(), true);
        List<ReadAnswer> answers = new ArrayList<>(request.keys().size());
        for (RecordKey key : request.keys()) {
            StoredRow row = standing.rows().get(key);
            answers.add(row == null ? ReadAnswer.Miss.NOTHING : row.answer(standing.nowMillis()));
        }
        return new ReadReply(answers, life.incarnation());
    }
}
