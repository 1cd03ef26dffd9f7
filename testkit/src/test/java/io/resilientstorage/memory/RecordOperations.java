package io.resilientstorage.memory;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.ManualTime;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * What Lincheck does to a store of records: one key, so that all meet, and few versions, so that older, newer and equal
 * ones meet. The version of a record tells its value, so the answers need not.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "version", gen = IntGen.class, conf = "1:3")
public abstract class RecordOperations {

    static final String TARGET = "other";
    static final RecordKey KEY = new RecordKey("default", "key");
    private static final Version OFTEN_BEATEN = version(1);

    private final AtomicIntegerArray claimed = new AtomicIntegerArray(4);

    @Operation
    public String set() {
        return apply(ApplyKind.DIRECT, Change.of(live(OFTEN_BEATEN)));
    }

    @Operation
    public String delete() {
        return apply(ApplyKind.DIRECT, Change.of(tombstone(OFTEN_BEATEN)));
    }

    @Operation
    public String setIfAbsent() {
        return apply(ApplyKind.DIRECT, new Change(live(OFTEN_BEATEN), Condition.ifAbsent(), Set.of()));
    }

    @Operation
    public String setIfVersion(@Param(name = "version") int version) {
        Condition condition = Condition.ifVersion(version(version));
        return apply(ApplyKind.DIRECT, new Change(live(OFTEN_BEATEN), condition, Set.of()));
    }

    @Operation
    public String setWithHint() {
        return apply(ApplyKind.DIRECT, new Change(live(OFTEN_BEATEN), Condition.none(), Set.of(TARGET)));
    }

    /** The version of the hint that was claimed by this thread, 0 if there was none. */
    @Operation
    public int claim(@Param(name = "thread") int thread) {
        Version version = claimed();
        claimed.set(thread, version.counter());
        return version.counter();
    }

    /** Clears the hint that this thread has claimed, unless it was renewed since. */
    @Operation
    public void clear(@Param(name = "thread") int thread) {
        clear(version(claimed.get(thread)));
    }

    @Operation
    public String replay(@Param(name = "version") int version) {
        return apply(ApplyKind.REPLAY, Change.of(live(version(version))));
    }

    @Operation
    public String replayDelete(@Param(name = "version") int version) {
        return apply(ApplyKind.REPLAY, Change.of(tombstone(version(version))));
    }

    @Operation
    public String read() {
        return describe(answer());
    }

    abstract ReadAnswer answer();

    abstract ApplyResult result(ApplyKind kind, Change change);

    /** Claims the hint for as long as the clock stands still, if nobody else has. */
    abstract Version claimed();

    abstract void clear(Version delivered);

    private String apply(ApplyKind kind, Change change) {
        ApplyResult result = result(kind, change);
        return result.status() + " " + result.version().counter() + (result.metLive() ? " over a live one" : "");
    }

    private static String describe(ReadAnswer answer) {
        if (answer instanceof ReadAnswer.Hit hit) {
            return "hit " + hit.record().version().counter();
        }
        return "miss " + ((ReadAnswer.Miss) answer).version().counter();
    }

    private static Version version(int n) {
        return Version.of(ManualTime.START_MILLIS, n, 1);
    }

    private static VersionedRecord live(Version version) {
        return new VersionedRecord(KEY, version, Content.value(new byte[1]), VersionedRecord.NEVER);
    }

    private static VersionedRecord tombstone(Version version) {
        return new VersionedRecord(KEY, version, Content.tombstone(), VersionedRecord.NEVER);
    }
}
