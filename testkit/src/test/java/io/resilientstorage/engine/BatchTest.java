package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.AllBackendsFailedException;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Swap;
import io.resilientstorage.api.UnreadableValueException;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Batches: each key goes its own way. */
class BatchTest {

    private static Map<String, String> values(String... keys) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String key : keys) {
            values.put(key, "of " + key);
        }
        return values;
    }

    /** The result of one change of a batch is replaced; what was done stays done. */
    private static Fault answering(int place, ApplyStatus status) {
        return Careless.replying(ApplyReply.class, reply -> {
            List<ApplyResult> results = new ArrayList<>(reply.results());
            results.set(place, new ApplyResult(status, Version.NONE, false));
            return new ApplyReply(results, reply.incarnation());
        });
    }

    @Test
    void oneRequestCarriesTheWholeBatch() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().setAll(values("a", "b", "c"));

            assertThat(lab.node("one").writes()).isEqualTo(1);
            assertThat(lab.storage().getAll(List.of("c", "a", "x", "b"))).isEqualTo(values("c", "a", "b"));
            assertThat(lab.node("one").reads()).isEqualTo(1);
        }
    }

    @Test
    void whatOneBackendFoundLateGoesToTheNextAndTheRestStaysWhereItIs() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().injectNext(1, answering(1, ApplyStatus.LATE), Call.APPLY);

            Map<String, Receipt> receipts = lab.storage().setAll(values("a", "b", "c"));

            assertThat(receipts)
                    .extractingByKeys("a", "b", "c")
                    .extracting("backend")
                    .containsExactly("one", "two", "one");
            ApplyRequest rest = lab.node("two").server().lastApply();
            assertThat(rest.changes())
                    .singleElement()
                    .satisfies(change -> assertThat(change.record().key().key()).isEqualTo("b"));
        }
    }

    @Test
    void aBatchOfWhichOneKeyFindsNoBackendFails() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").faults().injectNext(1, answering(1, ApplyStatus.AHEAD), Call.APPLY);

            assertThat(lab.failure(lab.async().setAll(values("a", "b"))))
                    .isInstanceOf(AllBackendsFailedException.class)
                    .hasMessageContaining("AHEAD");
        }
    }

    @Test
    void aBatchThatMeetsSomethingUnreadableSaysSo() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().injectNext(1, answering(0, ApplyStatus.UNREADABLE), Call.APPLY);

            assertThat(lab.failure(lab.async().setAll(values("a", "b")))).isInstanceOf(UnreadableValueException.class);
            assertThat(lab.node("two").writes()).isZero();
        }
    }

    @Test
    void conditionsOfOneBatchAreJudgedOneByOne() {
        try (Lab lab = new Lab().shared("one").start()) {
            Version version = lab.storage().set("a", "v").version();

            assertThat(lab.storage().setAllIfAbsent(values("a", "b")))
                    .hasEntrySatisfying(
                            "a", result -> assertThat(result.applied()).isFalse())
                    .hasEntrySatisfying(
                            "b", result -> assertThat(result.applied()).isTrue());
            assertThat(lab.storage()
                            .compareAndSetAll(Map.of("a", new Swap<>(version, "w"), "b", new Swap<>(version, "w"))))
                    .hasEntrySatisfying(
                            "a", result -> assertThat(result.applied()).isTrue())
                    .hasEntrySatisfying(
                            "b", result -> assertThat(result.applied()).isFalse());
        }
    }

    @Test
    void eachKeyIsReadWhereItIs() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(Strategy.PRIORITY))
                .start()) {
            lab.storage().set("first", "1");
            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            lab.storage().set("second", "2");
            long reads = lab.node("two").reads();

            Map<String, ReadResult<String>> results = lab.storage().readAll(List.of("first", "second", "none"));

            assertThat(results.get("first"))
                    .isInstanceOfSatisfying(
                            Found.class, found -> assertThat(found.backend()).isEqualTo("one"));
            assertThat(results.get("second"))
                    .as("what it still has to get counts as if it had it")
                    .isInstanceOfSatisfying(
                            Found.class, found -> assertThat(found.backend()).isEqualTo("one"));
            assertThat(results.get("none"))
                    .satisfies(result -> assertThat(result.kind()).isEqualTo(ReadKind.ABSENT));
            assertThat(lab.node("two").reads() - reads).isZero();
        }
    }

    @Test
    void anEmptyBatchTouchesNothing() {
        try (Lab lab = new Lab().shared("one").start()) {
            assertThat(lab.storage().setAll(Map.of())).isEmpty();
            assertThat(lab.storage().getAll(List.of())).isEmpty();
            assertThat(lab.storage().deleteAll(List.of())).isEmpty();
            assertThat(lab.storage().touchAll(List.of(), Duration.ofSeconds(1))).isEmpty();
            assertThat(lab.await(lab.async().readAll(List.of()))).isEmpty();
            assertThat(lab.node("one").reads() + lab.node("one").writes()).isZero();
        }
    }

    @Test
    void aKeyThatIsNamedTwiceIsAskedForOnce() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "v");

            assertThat(lab.storage().getAll(List.of("k", "k"))).isEqualTo(Map.of("k", "v"));
            assertThat(lab.storage().deleteAll(List.of("k", "k"))).containsOnlyKeys("k");
        }
    }

    @Test
    void theLargestBatchPasses() {
        try (Lab lab = new Lab().shared("one").start()) {
            Map<String, String> many = new LinkedHashMap<>();
            for (int i = 0; i < 1_000; i++) {
                many.put("k" + i, "v" + i);
            }

            assertThat(lab.storage().setAll(many)).hasSize(1_000);
            assertThat(lab.storage().getAll(many.keySet())).isEqualTo(many);
            assertThat(lab.storage().deleteAll(many.keySet()).values()).allMatch(deleted -> deleted.deleted());
            assertThat(lab.storage().getAll(many.keySet())).isEmpty();
        }
    }
}
