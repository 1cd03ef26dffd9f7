package io.resilientstorage.backend;

/**
 * Hears of the locks of one space that are released, whoever does it. It makes waiting short and is relied on for
 * nothing: what is told may be wrong, told twice or never.
 */
public interface ReleaseWatch extends AutoCloseable {

    /**
     * Who hears of it. Called on threads of the backend's client, one call after the other for {@link #begun} and
     * {@link #ended}. Must not wait, and must not call the backend.
     */
    interface Listener {

        /** From now on every release is told, as far as the backend knows, until {@link #ended}. */
        void begun();

        /**
         * A lock was released.
         *
         * @param name the name of the lock
         */
        void released(String name);

        /** From now on releases may go untold, until {@link #begun}. */
        void ended();
    }

    /** Hears no more. Told again it means nothing. Never waits. */
    @Override
    void close();
}
