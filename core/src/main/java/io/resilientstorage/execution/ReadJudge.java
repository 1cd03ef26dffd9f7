package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.time.ReferenceClock;
import org.jspecify.annotations.Nullable;

/** What an answer of one backend means for a key. */
final class ReadJudge {

    private ReadJudge() {}

    /** What is known of a backend after its reply to what was asked when the snapshot was seen. */
    static BackendState state(Engine engine, Member member, Snapshot asked, ReadReply reply) {
        engine.keeper().seen(member.index(), reply.incarnation().id());
        if (reply.missTrust() == MissTrust.COLD) {
            engine.keeper().cold(member.index());
        }
        // Not the snapshot of the call's begin: this very reply may have shown that the backend is not what it was.
        // And not that of now alone: it may have been filled after it was asked.
        return engine.keeper().current().backend(member.index()).asSeenSince(asked.backend(member.index()));
    }

    /**
     * Judges an answer.
     *
     * @param state what is known of the backend after its reply was seen
     * @param ended the newest version that is known to have ended, from the backends before it
     * @param trust how far the backend's misses are to be believed
     * @param mode who else gets the writes of the namespace
     * @param pending the record that the backend still had to get when it was asked, null if there was none
     */
    static ReadOutcome judge(
            Engine engine,
            ReadAnswer answer,
            Member member,
            BackendState state,
            Version ended,
            MissTrust trust,
            WriteMode mode,
            @Nullable VersionedRecord pending) {
        ReadAnswer newest = pending == null ? answer : overlaid(answer, pending, engine.reference());
        if (newest instanceof ReadAnswer.Hit hit) {
            VersionedRecord record = hit.record();
            if (isLive(engine, record, ended)) {
                return found(engine, record, member, state, mode);
            }
            return missed(newer(ended, record.version()), engine, member, state, trust, mode);
        }
        if (newest instanceof ReadAnswer.Miss miss) {
            engine.knowledge().seen(miss.version());
            return missed(newer(ended, miss.version()), engine, member, state, trust, mode);
        }
        return new ReadOutcome.Unreadable(state.name() + ": " + ((ReadAnswer.Unreadable) answer).problem());
    }

    /** Whether a record that was found is live, and nothing is known to have ended it; takes note of its version. */
    static boolean isLive(Engine engine, VersionedRecord record, Version ended) {
        engine.knowledge().seen(record.version());
        return !ended.isNewerThan(record.version()) && record.isLiveBy(engine.reference());
    }

    /** A live record that was found here. */
    static ReadOutcome found(Engine engine, VersionedRecord record, Member member, BackendState state, WriteMode mode) {
        return new ReadOutcome.Found(record, state.name(), !engine.isTrusted(member.index(), state, mode));
    }

    /** Whether a miss of this backend means that there is no such key. */
    static boolean believes(Engine engine, Member member, BackendState state, MissTrust trust, WriteMode mode) {
        return engine.isTrusted(member.index(), state, mode)
                && trust == MissTrust.BELIEVED
                && member.settings().ttlCap().isEmpty();
    }

    private static ReadOutcome missed(
            Version ended, Engine engine, Member member, BackendState state, MissTrust trust, WriteMode mode) {
        if (believes(engine, member, state, trust, mode)) {
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

    /** What the backend would have answered had it got the record already. */
    private static ReadAnswer overlaid(ReadAnswer answer, VersionedRecord pending, ReferenceClock clock) {
        Version answered = Version.NONE;
        if (answer instanceof ReadAnswer.Hit hit) {
            answered = hit.record().version();
        } else if (answer instanceof ReadAnswer.Miss miss) {
            answered = miss.version();
        } else {
            return answer;
        }
        if (!pending.version().isNewerThan(answered)) {
            return answer;
        }
        return pending.isLiveBy(clock) ? new ReadAnswer.Hit(pending) : new ReadAnswer.Miss(pending.version());
    }

    private static Version newer(Version one, Version other) {
        return one.isNewerThan(other) ? one : other;
    }
}
