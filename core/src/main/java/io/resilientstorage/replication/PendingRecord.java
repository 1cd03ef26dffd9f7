package io.resilientstorage.replication;

import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One record that a backend still has to get; guarded by the lock of its {@link PendingRecords}. */
final class PendingRecord {

    private VersionedRecord record;
    private long sources;
    private int source;
    private String incarnation;
    private boolean hinted;
    private boolean sent;
    private volatile boolean alone;
    private final long since;
    private @Nullable List<Delivery> waiting;

    PendingRecord(VersionedRecord record, Origin origin, long since) {
        this.record = record;
        this.source = origin.source();
        this.incarnation = origin.incarnation();
        this.hinted = origin.hinted();
        this.since = since;
        note(origin);
    }

    /** A newer write of the key. The age stays that of the oldest that was not delivered. */
    void replace(VersionedRecord newer, Origin origin) {
        record = newer;
        source = origin.source();
        incarnation = origin.incarnation();
        hinted = origin.hinted();
        note(origin);
    }

    private void note(Origin origin) {
        if (origin.hinted()) {
            sources |= 1L << origin.source();
        }
    }

    void await(Delivery delivery) {
        if (waiting == null) {
            waiting = new ArrayList<>(1);
        }
        waiting.add(delivery);
    }

    /** Those who wait for it; they do no more. */
    List<Delivery> takeWaiting() {
        List<Delivery> all = waiting == null ? List.of() : waiting;
        waiting = null;
        return all;
    }

    VersionedRecord record() {
        return record;
    }

    /** The backends that keep a hint for it, a bit each. */
    long sources() {
        return sources;
    }

    /** Who took the newest write, and in which life. */
    Origin origin() {
        return new Origin(source, incarnation, hinted);
    }

    long since() {
        return since;
    }

    boolean isSent() {
        return sent;
    }

    void sent(boolean value) {
        sent = value;
    }

    /** A batch with it was refused as invalid: it is sent by itself. */
    void sendAlone() {
        alone = true;
    }

    boolean isSentAlone() {
        return alone;
    }

    long bytes() {
        return bytes(record);
    }

    /** What a record counts for at the bound. */
    static long bytes(VersionedRecord record) {
        long value = record.content() instanceof Content.Value held ? held.length() : 0;
        return value + record.key().key().length();
    }
}
