package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The sentinel, and the misses that look at it. For a backend with {@code sentinels()}. The fixture must be able to
 * {@linkplain BackendFixture#empty() empty} the backend.
 */
public interface SentinelContract extends Contract {

    @Test
    default void anEmptiedBackendHasNoSentinel() throws Exception {
        begin(Warmth.WARM, 1);
        subject().fixture().empty();
        SentinelReply reply = subject().await(sentinels().read());
        assertThat(reply.sentinel()).isEmpty();
        assertThat(reply.incarnation()).isEqualTo(subject().probe().incarnation());
    }

    @Test
    default void aFirstSentinelIsSetOnce() throws Exception {
        subject().fixture().empty();
        Sentinel first = sentinel(Warmth.COLD, 0);
        assertThat(set(Optional.empty(), first)).isTrue();
        assertThat(set(Optional.empty(), sentinel(Warmth.WARM, 5))).isFalse();
        assertThat(standing()).contains(first);
        assertThat(subject().await(sentinels().read()).incarnation())
                .isEqualTo(subject().probe().incarnation());
    }

    @Test
    default void ofSixteenThatSetTheFirstOneSucceeds() throws Exception {
        for (int round = 0; round < 5; round++) {
            subject().fixture().empty();
            List<Optional<Sentinel>> set = Parallel.run(thread -> {
                Sentinel mine = sentinel(Warmth.COLD, thread);
                return set(Optional.empty(), mine) ? Optional.of(mine) : Optional.<Sentinel>empty();
            });
            List<Sentinel> winners = set.stream().flatMap(Optional::stream).toList();
            assertThat(winners).hasSize(1);
            assertThat(standing()).isEqualTo(Optional.of(winners.get(0)));
        }
    }

    @Test
    default void aSentinelIsReplacedOnlyByWhoKnowsWhatStands() throws Exception {
        Sentinel first = begin(Warmth.COLD, 7);
        Sentinel second = first.withWatermark(8);
        assertThat(set(Optional.of(first.withWatermark(6)), second)).isFalse();
        assertThat(set(Optional.of(sentinel(Warmth.COLD, 7)), second)).isFalse();
        assertThat(standing()).contains(first);
        assertThat(set(Optional.of(first), second)).isTrue();
        assertThat(set(Optional.of(first), first.withWatermark(9))).isFalse();
        assertThat(standing()).contains(second);
    }

    @Test
    default void whatIsNotThereIsNotReplaced() throws Exception {
        subject().fixture().empty();
        Sentinel lost = sentinel(Warmth.WARM, 1);
        assertThat(set(Optional.of(lost), lost.withWatermark(2))).isFalse();
        assertThat(standing()).isEmpty();
    }

    @Test
    default void aSentinelIsReplacedOnlyInTheLifeThatIsMeant() throws Exception {
        Sentinel standing = begin(Warmth.WARM, 7);
        Incarnation life = subject().await(sentinels().read()).incarnation();
        Sentinel next = standing.withWatermark(8);
        assertThat(set(new Incarnation(life.id() + " before"), Optional.of(standing), next))
                .isFalse();
        assertThat(standing()).contains(standing);
        assertThat(set(life, Optional.of(standing), next)).isTrue();
        assertThat(standing()).contains(next);
    }

    /** What was known of it before the restart says nothing of what it has now. */
    @Test
    default void afterARestartNothingIsPutInTheFormerLife() throws Exception {
        Sentinel before = begin(Warmth.WARM, 1);
        Incarnation former = subject().await(sentinels().read()).incarnation();
        subject().fixture().restartServer();
        await().ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> subject().probe().degraded().isEmpty());
        Optional<Sentinel> standing = standing();
        assertThat(set(former, standing, before.withWatermark(2))).isFalse();
        assertThat(standing()).isEqualTo(standing);
    }

    /** Each step counts: none is made twice from the same place. */
    @Test
    default void sixteenThatMoveTheWatermarkLoseNoStep() throws Exception {
        begin(Warmth.WARM, 0);
        int steps = 5;
        Incarnation life = subject().await(sentinels().read()).incarnation();
        Parallel.run(thread -> {
            for (int done = 0; done < steps; ) {
                Sentinel seen = standing().orElseThrow();
                done += set(life, Optional.of(seen), seen.withWatermark(seen.watermark() + 1)) ? 1 : 0;
            }
            return thread;
        });
        assertThat(standing().orElseThrow().watermark()).isEqualTo((long) steps * Parallel.THREADS);
    }

    @Test
    default void everyPartOfItComesBack() throws Exception {
        Sentinel standing = begin(Warmth.COLD, 0);
        String longest = "aZ0-".repeat(16);
        for (Sentinel next : List.of(
                new Sentinel("a", Warmth.COLD, 1, ""),
                new Sentinel(longest, Warmth.WARM, Long.MAX_VALUE, Long.MAX_VALUE, longest),
                new Sentinel("-", Warmth.WARM, 0, "-"),
                new Sentinel("007", Warmth.COLD, 1L << 53 | 1, 1L << 53 | 3, "1e3"))) {
            assertThat(set(Optional.of(standing), next)).isTrue();
            assertThat(standing()).contains(next);
            standing = next;
        }
    }

    @Test
    default void missesAreColdUnlessASentinelSaysWarm() throws Exception {
        subject().fixture().empty();
        assertThat(read("absent").missTrust()).as("no sentinel").isEqualTo(MissTrust.COLD);
        Sentinel cold = sentinel(Warmth.COLD, 0);
        assertThat(set(Optional.empty(), cold)).isTrue();
        assertThat(read("absent").missTrust()).as("a COLD one").isEqualTo(MissTrust.COLD);
        Sentinel warm = new Sentinel(cold.id(), Warmth.WARM, 3, cold.mirror());
        assertThat(set(Optional.of(cold), warm)).isTrue();
        assertThat(read("absent").missTrust()).as("a WARM one").isNotEqualTo(MissTrust.COLD);
        assertThat(read("absent", "as well").missTrust()).isNotEqualTo(MissTrust.COLD);
        assertThat(set(Optional.of(warm), cold)).isTrue();
        assertThat(read("absent").missTrust()).as("COLD again").isEqualTo(MissTrust.COLD);
    }

    @Test
    default void hitsAreGoodWhereMissesAreCold() throws Exception {
        subject().fixture().empty();
        VersionedRecord one = subject().live("one", subject().version(1), "value");
        VersionedRecord two = subject().live("two", subject().version(1), "value");
        subject().apply(ApplyKind.DIRECT, one);
        subject().apply(ApplyKind.DIRECT, two);
        ReadReply hits = read("one", "two");
        assertThat(hits.missTrust()).as("nothing was missed").isNotEqualTo(MissTrust.COLD);
        assertThat(hits.answers()).containsExactly(new ReadAnswer.Hit(one), new ReadAnswer.Hit(two));
        ReadReply mixed = read("two", "absent", "one");
        assertThat(mixed.missTrust()).isEqualTo(MissTrust.COLD);
        assertThat(mixed.answers())
                .containsExactly(new ReadAnswer.Hit(two), ReadAnswer.Miss.NOTHING, new ReadAnswer.Hit(one));
        begin(Warmth.WARM, 0);
        assertThat(read("absent", "absent too").answers())
                .containsExactly(ReadAnswer.Miss.NOTHING, ReadAnswer.Miss.NOTHING);
    }

    @Test
    default void itIsLostWithTheRecords() throws Exception {
        begin(Warmth.WARM, 1);
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"));
        assertThat(read("absent").missTrust()).isNotEqualTo(MissTrust.COLD);
        subject().fixture().empty();
        ReadReply lost = read("key");
        assertThat(lost.answers()).containsExactly(ReadAnswer.Miss.NOTHING);
        assertThat(lost.missTrust()).isEqualTo(MissTrust.COLD);
        assertThat(standing()).isEmpty();
    }

    /** Who was told so notices a flush before what it has cleared is forgotten. */
    @Test
    default void clearingHintsTellsTheSentinelOrSaysThatItDoesNot() throws Exception {
        HintStore hints = subject().hints();
        Hint one = new HintCalls(subject()).hint(Subject.unique("target"), "one", 1);
        Hint two = new HintCalls(subject()).hint(one.target(), "two", 1);
        Sentinel first = begin(Warmth.WARM, 1);
        ClearReply standing = subject().await(hints.clear(List.of(one, two)));
        boolean tells = standing.tellsSentinel();
        assertThat(standing.sentinel().map(Sentinel::id))
                .isEqualTo(Optional.of(first.id()).filter(id -> tells));

        subject().fixture().empty();
        ClearReply gone = subject().await(hints.clear(List.of(one, two)));
        assertThat(gone.tellsSentinel()).isEqualTo(tells);
        assertThat(gone.sentinel()).isEmpty();

        Sentinel next = sentinel(Warmth.WARM, 1);
        assertThat(set(Optional.empty(), next)).isTrue();
        ClearReply another = subject().await(hints.clear(List.of(one)));
        assertThat(another.tellsSentinel()).isEqualTo(tells);
        assertThat(another.sentinel().map(Sentinel::id))
                .isEqualTo(Optional.of(next.id()).filter(id -> tells));
    }

    @Test
    default void aRestartLeavesItIfItLeavesTheRecords() throws Exception {
        Sentinel sentinel = begin(Warmth.WARM, 1);
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"));
        SentinelReply before = subject().await(sentinels().read());
        subject().fixture().restartServer();
        await().ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> subject().probe().degraded().isEmpty());
        SentinelReply after = subject().await(sentinels().read());
        assertThat(after.incarnation()).isNotEqualTo(before.incarnation());
        boolean kept = read("key").answers().get(0) instanceof ReadAnswer.Hit;
        assertThat(after.sentinel()).isEqualTo(kept ? Optional.of(sentinel) : Optional.empty());
    }

    @Test
    default void itIsNoRecord() throws Exception {
        begin(Warmth.WARM, 1);
        VersionedRecord only = subject().live("key", subject().version(1), "value");
        subject().apply(ApplyKind.DIRECT, only);
        subject().backend().scan().ifPresent(scan -> {
            Optional<String> cursor = Optional.empty();
            do {
                RecordScan.Page page = subject()
                        .await(scan.scan(new RecordScan.Request(
                                Optional.empty(), "", Subject.GENERATION, cursor, 1_000, false)));
                assertThat(page.records()).allMatch(only::equals);
                cursor = page.cursor();
            } while (cursor.isPresent());
        });
        subject().backend().changes().ifPresent(changes -> {
            ChangeScan.Page page = subject().await(changes.changes(0, Subject.GENERATION, 1_000));
            assertThat(page.records()).containsExactly(only);
        });
    }

    /** A backend with this sentinel and nothing else. */
    private Sentinel begin(Warmth warmth, long watermark) throws Exception {
        subject().fixture().empty();
        Sentinel sentinel = sentinel(warmth, watermark);
        assertThat(set(Optional.empty(), sentinel)).isTrue();
        return sentinel;
    }

    private static Sentinel sentinel(Warmth warmth, long watermark) {
        return new Sentinel(Subject.unique("s"), warmth, watermark, "mirror-1");
    }

    private boolean set(Optional<Sentinel> expected, Sentinel next) {
        return set(subject().await(sentinels().read()).incarnation(), expected, next);
    }

    private boolean set(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
        return subject().await(sentinels().compareAndSet(life, expected, next));
    }

    private Optional<Sentinel> standing() {
        return subject().await(sentinels().read()).sentinel();
    }

    private SentinelStore sentinels() {
        return subject()
                .backend()
                .sentinels()
                .orElseThrow(() -> new AssertionError("the backend declares no sentinels"));
    }

    private ReadReply read(String... keys) {
        List<RecordKey> names = Arrays.stream(keys).map(subject()::key).toList();
        return subject().await(subject().backend().read(new ReadRequest(names, Subject.GENERATION, Subject.TIMEOUT)));
    }
}
