package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockTerms;
import java.sql.SQLException;

/** The steps of {@link io.resilientstorage.backend.LockStore} in one database; the life is checked in each of them. */
interface LockSteps {

    /** The authority record of a lock space. */
    AuthorityReply authority(Session session, Life life, String space) throws SQLException;

    /** Puts an authority record, if that revision stands, and tells whether it did. */
    boolean replace(Session session, Life life, String space, long expectedRevision, Authority next, long notAfter)
            throws SQLException;

    /** Does what is asked with a lock, or says why not. */
    LockReply perform(Session session, Life life, LockRequest request) throws SQLException;

    /** The clock that locks are judged by, in milliseconds since 1970, as SQL. */
    String now();

    /** Reads what is stored of the terms; refuses what a newer version has stored. */
    static LockTerms terms(String text) {
        try {
            return LockTerms.parse(text);
        } catch (IllegalArgumentException e) {
            throw BackendException.refused(
                    "its lock terms have a format that this version does not know: " + e.getMessage());
        }
    }
}
