package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Incarnation;
import java.sql.SQLException;

/**
 * One life of the database, as it was when its schema was checked.
 *
 * @param mark what every statement can tell at no cost, and what is another one in another life
 * @param incarnation the life, by all that can be known of it
 */
record Life(String mark, Incarnation incarnation) {

    /** @throws Changed if this is not that life any more */
    void check(String present) throws Changed {
        if (!mark.equals(present)) {
            throw new Changed();
        }
    }

    /** The database is not the one it was: its schema has to be checked again before it is trusted. */
    static final class Changed extends SQLException {
        private static final long serialVersionUID = 1L;

        Changed() {
            super("the database was restarted or replaced", "08006");
        }
    }
}
