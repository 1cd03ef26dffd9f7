package io.resilientstorage.lock;

import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.Incarnation;
import java.util.List;
import java.util.Optional;

/** What is to be done about the authority of a lock space. */
sealed interface Plan {

    /**
     * Locks are to be asked for at this backend.
     *
     * @param side its place
     */
    record Serve(int side) implements Plan {}

    /**
     * Records are to be written, one after the other; then it is to be looked again. The first that is refused ends it.
     *
     * @param puts the records
     */
    record Change(List<Put> puts) implements Plan {}

    /**
     * Nobody may grant now.
     *
     * @param why what is to be answered
     */
    record Refuse(LockUnavailable why) implements Plan {}

    /**
     * A record that is to be written.
     *
     * @param side the place of the backend
     * @param life the life that it must have
     * @param revision the revision that must stand
     * @param next what is to stand
     * @param notAfter until when it may be written, by the backend's own clock
     * @param news what is told if it was written
     */
    record Put(int side, Incarnation life, long revision, Authority next, long notAfter, Optional<News> news) {}

    /**
     * That another authority was made.
     *
     * @param cause why
     * @param drainMillis how long it grants nothing yet
     */
    record News(String cause, long drainMillis) {}
}
