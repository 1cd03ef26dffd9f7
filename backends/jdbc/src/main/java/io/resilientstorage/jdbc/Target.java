package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;

/** Which database it is, as the user's URL says. Credentials never show themselves in its text. */
sealed interface Target permits PostgresTarget, SqliteTarget {

    /** What kind of backend it makes. */
    BackendTraits traits();

    /** How many connections there are at most, unless the user says otherwise. */
    int defaultPoolSize();

    /** How many threads may write at once at most. */
    int writers(int poolSize);

    /** How to speak to it. */
    Dialect dialect(BackendContext context, Tables tables);
}
