package io.resilientstorage.replication;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.VersionedRecord;

/** What a hint's target is to get. A pure function. */
final class CarriedRecord {

    private CarriedRecord() {}

    /**
     * What stands under a hint's key, or a tombstone. What is older than the hint came back after the hint's own record
     * had ended and was forgotten, and is as good as nothing.
     *
     * @param answer what the source says of the key
     */
    static VersionedRecord of(Hint hint, ReadAnswer answer) {
        boolean gone = hasGone(hint, answer);
        if (answer instanceof ReadAnswer.Hit hit && !gone) {
            return hit.record();
        }
        Version version = gone ? justBefore(hint.version()) : standing(answer);
        return VersionedRecord.ended(hint.key(), version);
    }

    /** Whether the record that a hint was made for stands there no more, nor a newer one. */
    static boolean hasGone(Hint hint, ReadAnswer answer) {
        return hint.version().isNewerThan(standing(answer));
    }

    /**
     * What is older ends; the record itself, where it stands, does not: the source may have dropped it to make room.
     */
    private static Version justBefore(Version version) {
        return new Version(version.timestamp(), Math.max(0, version.writer() - 1));
    }

    private static Version standing(ReadAnswer answer) {
        return answer instanceof ReadAnswer.Hit hit
                ? hit.record().version()
                : answer instanceof ReadAnswer.Miss miss ? miss.version() : Version.NONE;
    }
}
