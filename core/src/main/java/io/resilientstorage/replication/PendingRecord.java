package io.resilientstorage.replication;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record that a backend still has to get; guarded by the lock of its {@link PendingRecords}. There may be very many
 * of them, so the parts of the record are kept here, and not the objects that hold them elsewhere.
 */
final class PendingRecord {

    private final RecordKey key;
    private Content content;
    private long timestamp;
    private long writer;
    private long expiresAt;
    private String life;
    private @Nullable List<Delivery> waiting;
    /** A bit for each backend that keeps a hint. */
    private int sources;
    /** In monotonic nanoseconds. */
    private final long since;

    private byte source;
    private boolean hinted;
    private boolean alone;
    private boolean superseded;

    PendingRecord(VersionedRecord record, Origin origin, long since) {
        this.key = record.key();
        this.content = record.content();
        this.timestamp = record.version().timestamp();
        this.writer = record.version().writer();
        this.expiresAt = record.expiresAt();
        this.life = origin.life();
        this.since = since;
        note(origin);
    }

    /** A newer write of the key. The age stays that of the oldest that was not delivered. */
    void replace(VersionedRecord newer, Origin origin) {
        content = newer.content();
        timestamp = newer.version().timestamp();
        writer = newer.version().writer();
        expiresAt = newer.expiresAt();
        life = origin.life();
        note(origin);
    }

    private void note(Origin origin) {
        source = (byte) origin.source();
        hinted = origin.hinted();
        superseded = origin.superseded();
        if (hinted) {
            sources |= 1 << origin.source();
        }
    }

    /** A backend that has it keeps a hint now. */
    void hintedAt(int holder) {
        sources |= 1 << holder;
        if (!hinted) {
            hinted = true;
            life = source == holder ? life : "";
            source = (byte) holder;
        }
    }

    void await(Delivery delivery) {
        if (waiting == null) {
            waiting = new ArrayList<>(1);
        }
        waiting.add(delivery);
    }

    boolean isAwaited() {
        return waiting != null;
    }

    /** Those who wait for it; they do no more. */
    List<Delivery> takeWaiting() {
        List<Delivery> all = waiting == null ? List.of() : waiting;
        waiting = null;
        return all;
    }

    VersionedRecord record() {
        return new VersionedRecord(key, version(), content, expiresAt);
    }

    Version version() {
        return new Version(timestamp, writer);
    }

    /** The backends that keep a hint for it, a bit each. */
    int sources() {
        return sources;
    }

    /** Who took the newest write, and in which life. */
    Origin origin() {
        return new Origin(source, life, hinted, superseded);
    }

    /** When its key began to wait, in monotonic nanoseconds. */
    long since() {
        return since;
    }

    /** A batch with it was refused as invalid: it is sent by itself. */
    void sendAlone() {
        alone = true;
    }

    boolean isSentAlone() {
        return alone;
    }

    long bytes() {
        return bytes(key, content);
    }

    /** What a record counts for at the bound. */
    static long bytes(RecordKey key, Content content) {
        return key.key().length() + (content instanceof Content.Value value ? value.length() : 0L);
    }
}
