package io.resilientstorage.backend;

/**
 * Reads that wait for nothing, of a backend inside this process. They say the same as {@link Backend#read}, without the
 * objects that a question and an answer under way need. From its opening to its close such a backend has one life, the
 * one that its probes name. Safe for use by several threads.
 */
public interface ImmediateReads {

    /**
     * What stands under a key. Answers on the calling thread, without I/O and without waiting for a lock that is held
     * for long. Expiry is judged by the reference clock of the backend's context.
     *
     * @param namespace the namespace of the key
     * @param key the key in it; two texts, so that no object is made for the question
     * @param generation as in {@link ReadRequest}
     * @throws BackendException if it cannot be told now
     */
    ReadAnswer read(String namespace, String key, int generation);

    /** Whether a miss may be a record that was dropped to make room, see {@link MissTrust#EVICTED}. */
    boolean evicted();
}
