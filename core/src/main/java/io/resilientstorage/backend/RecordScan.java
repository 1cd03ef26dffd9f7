package io.resilientstorage.backend;

import io.resilientstorage.record.VersionedRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Reads live records by prefix, page by page, in no promised order. */
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
     */
    record Request(Optional<String> namespace, String prefix, int generation, Optional<String> cursor, int limit) {}

    /**
     * Some records.
     *
     * @param records live records, may be empty before the end
     * @param cursor where to go on, empty at the end
     */
    record Page(List<VersionedRecord> records, Optional<String> cursor) {
        /** Copies the list. */
        public Page {
            records = List.copyOf(records);
        }
    }
}
