package io.resilientstorage.execution;

import io.resilientstorage.api.Sync;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.state.BackendState;

/** What an answer of one backend means for a key. */
final class ReadJudge {

    private ReadJudge() {}

    /**
     * Judges an answer.
     *
     * @param state what is known of the backend after its reply was seen
     * @param ended the newest version that is known to have ended, from the backends before it
     * @param trust how far the backend's misses are to be believed
     */
    static ReadOutcome judge(
            Engine engine, ReadAnswer answer, Member member, BackendState state, Version ended, MissTrust trust) {
        if (answer instanceof ReadAnswer.Hit hit) {
            VersionedRecord record = hit.record();
            engine.versions().observe(record.version());
            if (!ended.isNewerThan(record.version()) && record.isLiveBy(engine.reference())) {
                return found(record, state);
            }
            return missed(newer(ended, record.version()), member, state, trust);
        }
        if (answer instanceof ReadAnswer.Miss miss) {
            return missed(newer(ended, miss.version()), member, state, trust);
        }
        return new ReadOutcome.Unreadable(state.name() + ": " + ((ReadAnswer.Unreadable) answer).problem());
    }

    /** A live record that was found here. */
    static ReadOutcome found(VersionedRecord record, BackendState state) {
        return new ReadOutcome.Found(record, state.name(), !isTrusted(state));
    }

    /** Whether a miss of this backend means that there is no such key. */
    static boolean believes(Member member, BackendState state, MissTrust trust) {
        return isTrusted(state)
                && trust == MissTrust.BELIEVED
                && member.settings().ttlCap().isEmpty();
    }

    private static ReadOutcome missed(Version ended, Member member, BackendState state, MissTrust trust) {
        if (believes(member, state, trust)) {
            return new ReadOutcome.Absent(state.name());
        }
        String why = " may lack writes that were acknowledged elsewhere";
        if (member.settings().ttlCap().isPresent()) {
            why = " caps lifetimes";
        } else if (trust == MissTrust.EVICTED) {
            why = " has dropped live records to make room";
        } else if (trust == MissTrust.COLD) {
            why = " came back empty and is not filled yet";
        }
        return new ReadOutcome.Unknown(state.name(), state.name() + why, ended);
    }

    private static boolean isTrusted(BackendState state) {
        return state.complete() && state.sync() == Sync.IN_SYNC;
    }

    private static Version newer(Version one, Version other) {
        return one.isNewerThan(other) ? one : other;
    }
}
