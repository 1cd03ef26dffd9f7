package io.resilientstorage.testkit.contract;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.record.RecordKey;

/**
 * What the contract suite needs of the backend under test: the backend itself, and a hand on what stands behind it.
 * There is one for each test class; the tests keep apart by namespaces of their own.
 */
public interface BackendFixture {

    /**
     * The backend, not opened yet. Called once; the suite opens and closes it.
     *
     * <p>Its bounds must be wide enough for 16 callers at once, and for values of 1 MiB.
     */
    Backend backend();

    /**
     * Stops the server behind the backend and starts it again at the same address, with the same data if it keeps any.
     * The backend object stays the same and has to find its way back by itself. Returns when the server was started; it
     * need not be ready.
     *
     * <p>For a backend that lives in the process (memory, an embedded database) this stands for the end and the new
     * start of the process: the fixture hands out a wrapper around the backend, and here closes what is inside and
     * opens a new one with the same context.
     */
    void restartServer() throws Exception;

    /**
     * Puts a value where the record of this key stands, as a client without this library would: the bare bytes, without
     * version and expiry.
     *
     * <p>Where no other client can be (memory), this is a record of {@link io.resilientstorage.api.Version#NONE}, as a
     * warm-up (SEED) brings it in from a backend where one was.
     *
     * @param key the key
     * @param generation the key generation
     * @param value the bytes
     */
    void writeForeign(RecordKey key, int generation, byte[] value) throws Exception;

    /**
     * Puts a record of a newer, unknown format where the record of this key stands, as a later version of the backend
     * might.
     *
     * @param key the key
     * @param generation the key generation
     * @return whether it was done. Only a backend of PROCESS scope, which holds objects of this very process and
     *     therefore has no format, may return false.
     */
    boolean writeNewerFormat(RecordKey key, int generation) throws Exception;

    /**
     * Takes away all that the backend has stored, while the server goes on, as an operator's FLUSHALL or TRUNCATE does.
     * Needed for a backend with {@code sentinels()} alone.
     */
    default void empty() throws Exception {
        throw new UnsupportedOperationException("a backend with sentinels() needs a fixture that can empty it");
    }

    /**
     * Moves the counter of the authority record of a lock space on, as if tokens had been granted. Needed for a backend
     * with {@code locks()} alone: to grant them all would take too long.
     *
     * @param space the lock space, whose record stands
     * @param left how many tokens of its epoch are to be left
     */
    default void useUpTokens(String space, int left) throws Exception {
        throw new UnsupportedOperationException("a backend with locks() needs a fixture that can use up tokens");
    }

    /** Stops the server and removes its files. Called once, after the backend was closed. */
    void close() throws Exception;
}
