package io.resilientstorage.replication;

/**
 * Where a pending record comes from.
 *
 * @param source the index of the backend that acknowledged it
 * @param life the life of that backend in which it did, as {@link Lives} name it; empty if that is not known
 * @param hinted whether that backend keeps a hint for it
 * @param superseded whether that backend has something newer, or may have by now, so that this record is for reads of
 *     this process alone until that was looked up
 */
public record Origin(int source, String life, boolean hinted, boolean superseded) {

    /** Of a record that is the newest, as far as is known. */
    public Origin(int source, String life, boolean hinted) {
        this(source, life, hinted, false);
    }

    /** Of a record that goes back to a backend which may have lost it, while others may never have had it. */
    static Origin lostBy(int backend) {
        return new Origin(backend, "", false, true);
    }
}
