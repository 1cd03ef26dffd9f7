package io.resilientstorage.backend;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Reads records by prefix, page by page, in no promised order. */
public interface RecordScan {

    /**
     * The next page. A record that stands through the whole scan is returned at least once; one that is written
     * meanwhile may be.
     *
     * @param request what to look for
     */
    CompletionStage<Page> scan(Request request);

    /**
     * What to look for.
     *
     * @param namespace the namespace, empty for all
     * @param prefix what the keys begin with, may be empty
     * @param generation the key generation
     * @param cursor where to go on, empty to begin
     * @param limit about how many records to return, at least 1
     * @param ended whether what has ended, and still stands for its version, is wanted as well
     */
    record Request(
            Optional<String> namespace,
            String prefix,
            int generation,
            Optional<String> cursor,
            int limit,
            boolean ended) {

        /**
         * What is returned of a key.
         *
         * @param answer what a reader would be told
         */
        public Optional<VersionedRecord> wanted(RecordKey key, ReadAnswer answer) {
            if (answer instanceof ReadAnswer.Hit hit) {
                return Optional.of(hit.record());
            }
            return ended
                            && answer instanceof ReadAnswer.Miss miss
                            && miss.version().isNewerThan(Version.NONE)
                    ? Optional.of(VersionedRecord.ended(key, miss.version()))
                    : Optional.empty();
        }

        /** What is returned of a key under which this stands. */
        public Optional<VersionedRecord> wanted(VersionedRecord standing, long nowMillis) {
            return wanted(
                    standing.key(),
                    standing.isLive(nowMillis)
                            ? new ReadAnswer.Hit(standing)
                            : new ReadAnswer.Miss(standing.version()));
        }
    }

    /**
     * Some records.
     *
     * @param records live records, and tombstones of what has ended where that is wanted; may be empty before the end
     * @param cursor where to go on, empty at the end
     */
    record Page(List<VersionedRecord> records, Optional<String> cursor) {
        /** Copies the list. */
        public Page {
            records = List.copyOf(records);
        }
    }
}
