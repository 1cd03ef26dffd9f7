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
     * @param noted what this process knew of the key before the backend was asked
     */
    static ReadOutcome judge(
            Engine engine,
            ReadAnswer answer,
            Member member,
            BackendState state,
            Version ended,
            MissTrust trust,
            WriteMode mode,
            Noted noted) {
        ReadAnswer newest = overlaid(engine, answer, noted);
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

    /**
     * Whether a miss that would be believed speaks against what this process holds for others. The backend may have
     * lost it, and need not: something newer may have been there, and gone.
     */
    static boolean isDoubtful(
            Engine engine,
            ReadAnswer answer,
            Member member,
            BackendState state,
            MissTrust trust,
            WriteMode mode,
            Noted noted) {
        VersionedRecord held = noted.held();
        return held != null
                && overlaid(engine, answer, noted) instanceof ReadAnswer.Miss miss
                && held.version().isNewerThan(miss.version())
                && held.isLiveBy(engine.reference())
                && believes(engine, member, state, trust, mode);
    }

    /**
     * What is newer, the answer or what this process knew. What others still have to get counts against what is there
     * under an older version: the backend has lost what it had, or never got it. It counts neither against nothing at
     * all, see {@link #isDoubtful}, nor against what another client stored.
     */
    static ReadAnswer overlaid(Engine engine, ReadAnswer answer, Noted noted) {
        VersionedRecord held = noted.held();
        if (held == null) {
            return answer;
        }
        VersionedRecord pending = noted.pending();
        ReadAnswer newest = pending == null ? answer : overlaid(answer, pending, engine.reference());
        return version(newest).equals(Version.NONE) ? newest : overlaid(newest, held, engine.reference());
    }

    /** Whether something stands there that is older than what the backend had, and no longer waits to get. */
    static boolean showsLoss(ReadAnswer answer, Noted noted) {
        VersionedRecord held = noted.held();
        VersionedRecord pending = noted.pending();
        return held != null
                && !version(answer).equals(Version.NONE)
                && held.version().isNewerThan(version(answer))
                && (pending == null || held.version().isNewerThan(pending.version()));
    }

    private static Version version(ReadAnswer answer) {
        if (answer instanceof ReadAnswer.Hit hit) {
            return hit.record().version();
        }
        return answer instanceof ReadAnswer.Miss miss ? miss.version() : Version.NONE;
    }

    /** What would have been answered had that been there already. */
    private static ReadAnswer overlaid(ReadAnswer answer, VersionedRecord known, ReferenceClock clock) {
        if (answer instanceof ReadAnswer.Unreadable || !known.version().isNewerThan(version(answer))) {
            return answer;
        }
        return known.isLiveBy(clock) ? new ReadAnswer.Hit(known) : new ReadAnswer.Miss(known.version());
    }

    private static Version newer(Version one, Version other) {
        return one.isNewerThan(other) ? one : other;
    }
}
