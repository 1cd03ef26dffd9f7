package io.resilientstorage.jdbc;

import java.sql.SQLException;

/**
 * Whether the database lately had no room for a record. Something small may fit in nevertheless: while there is a
 * shortage, a probe has to find room for something large. Safe for use by several threads.
 */
final class Shortage {

    private volatile boolean present;

    /** A write failed; is that why? */
    void noticed(SQLException failure) {
        if (SqlFailures.isOutOfRoom(failure)) {
            present = true;
        }
    }

    /** There was room. */
    void over() {
        present = false;
    }

    boolean isPresent() {
        return present;
    }
}
