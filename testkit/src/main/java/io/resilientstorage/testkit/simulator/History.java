package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.ManualTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What happened, one line an event: time, who, what. Lines are made only where somebody wants to read them, since a
 * world without them is the same and faster.
 */
final class History {

    private final Schedule schedule;
    private final boolean wanted;
    private final List<String> lines = new ArrayList<>();

    History(Schedule schedule, boolean wanted) {
        this.schedule = schedule;
        this.wanted = wanted;
    }

    boolean isWanted() {
        return wanted;
    }

    void add(String who, Supplier<String> what) {
        if (wanted) {
            long micros = schedule.nanos() / 1_000;
            lines.add(String.format(
                    Locale.ROOT, "%6d.%06d  %-14s %s", micros / 1_000_000, micros % 1_000_000, who, what.get()));
        }
    }

    /** All lines. */
    String text() {
        return String.join("\n", lines);
    }

    /** A version by its distance from the beginning of the world. */
    static String told(Version version) {
        if (version.equals(Version.NONE)) {
            return "@none";
        }
        long ms = version.millis() - ManualTime.START_MILLIS;
        return "@" + ms + "." + version.counter() + "/" + Long.toHexString(version.writer() & 0xfff);
    }

    /** A record. */
    static String told(VersionedRecord record) {
        return record.key().key() + told(version(record)) + "=" + text(record) + end(record.expiresAt());
    }

    private static Version version(VersionedRecord record) {
        return record.version();
    }

    private static String end(long expiresAt) {
        return expiresAt == VersionedRecord.NEVER ? "" : " until " + (expiresAt - ManualTime.START_MILLIS);
    }

    /** The text of a value; that of a tombstone is a cross. */
    static String text(VersionedRecord record) {
        if (record.content() instanceof Content.Value value) {
            return value.text().orElseGet(() -> new String(value.bytes(), StandardCharsets.UTF_8));
        }
        return "†";
    }

    /** A request, or what was answered to it. */
    static String told(Object what) {
        if (what instanceof ApplyRequest apply) {
            return apply.kind() + " " + list(apply.changes());
        }
        if (what instanceof ReadRequest read) {
            return "read " + list(read.keys());
        }
        if (what instanceof ApplyReply reply) {
            return list(reply.results()) + " by " + reply.incarnation().id();
        }
        if (what instanceof ReadReply reply) {
            String trust = reply.missTrust() == MissTrust.BELIEVED ? "" : " " + reply.missTrust();
            return list(reply.answers()) + trust + " by " + reply.incarnation().id();
        }
        return toldPart(what);
    }

    private static String toldPart(Object what) {
        if (what instanceof Change change) {
            String condition = change.condition() instanceof Condition.None ? "" : " if " + change.condition();
            String hints = change.hintsFor().isEmpty()
                    ? ""
                    : " hints " + change.hintsFor().stream().sorted().toList();
            return told(change.record()) + condition + hints;
        }
        if (what instanceof ApplyResult result) {
            return result.status() + " " + told(result.version());
        }
        if (what instanceof ReadAnswer.Hit hit) {
            return told(hit.record());
        }
        if (what instanceof ReadAnswer.Miss miss) {
            return "miss" + told(miss.version());
        }
        if (what instanceof Hint hint) {
            return hint.key().key() + told(hint.version()) + " for " + hint.target();
        }
        if (what instanceof VersionedRecord record) {
            return told(record);
        }
        if (what instanceof Version version) {
            return told(version);
        }
        return toldRest(what);
    }

    private static String toldRest(Object what) {
        if (what instanceof io.resilientstorage.record.RecordKey key) {
            return key.key();
        }
        if (what instanceof ModelBackend.Told told) {
            return told.what() + " " + told(told.subject());
        }
        if (what instanceof io.resilientstorage.backend.ChangeScan.Page page) {
            return list(page.records()) + " to " + page.position();
        }
        if (what instanceof List<?> some) {
            return list(some);
        }
        return String.valueOf(what);
    }

    private static String list(List<?> all) {
        return all.stream().map(History::told).collect(Collectors.joining(", ", "[", "]"));
    }
}
