package io.resilientstorage.replication;

import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a backend has under the very versions of records that are about to be sent to it. A pure function. */
public final class SameVersion {

    private SameVersion() {}

    /**
     * The backend's own records, which may say another end than those that are to be sent.
     *
     * @param records what is to be sent
     * @param answers what the backend says of each
     */
    public static Map<RecordKey, VersionedRecord> of(List<VersionedRecord> records, List<ReadAnswer> answers) {
        Map<RecordKey, VersionedRecord> there = new HashMap<>();
        for (int i = 0; i < records.size(); i++) {
            if (answers.get(i) instanceof ReadAnswer.Hit hit
                    && hit.record().version().equals(records.get(i).version())) {
                there.put(hit.record().key(), hit.record());
            }
        }
        return there;
    }
}
