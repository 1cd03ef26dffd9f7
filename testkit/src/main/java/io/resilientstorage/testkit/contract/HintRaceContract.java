package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Hints among threads: none is lost, and none is claimed twice at a time. For a backend with {@code hints()}. */
public interface HintRaceContract extends Contract {

    @Test
    default void sixteenClaimersShareTheHints() throws Exception {
        String target = Subject.unique("target");
        int hints = 64;
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < hints; i++) {
            changes.add(new Change(
                    subject().live("key " + i, subject().version(1), "value"), Condition.none(), Set.of(target)));
        }
        subject().apply(ApplyKind.DIRECT, changes);
        AtomicInteger total = new AtomicInteger();
        List<List<Hint>> claimed = Parallel.run(thread -> {
            List<Hint> mine = new ArrayList<>();
            // A claim may skip what another one is just taking, so an empty answer is not yet the end.
            for (int round = 0; round < 200 && total.get() < hints; round++) {
                List<Hint> some = subject().await(subject().hints().claim(target, 3, HintContract.LONG_CLAIM));
                assertThat(some).hasSizeLessThanOrEqualTo(3);
                total.addAndGet(some.size());
                mine.addAll(some);
            }
            return mine;
        });
        List<RecordKey> keys =
                claimed.stream().flatMap(List::stream).map(Hint::key).toList();
        assertThat(keys).doesNotHaveDuplicates().hasSize(hints);
    }

    @Test
    default void threadsThatWriteAndThreadsThatDeliverNeverLoseAHint() throws Exception {
        String target = Subject.unique("target");
        int keys = 4;
        Map<RecordKey, Version> delivered = new ConcurrentHashMap<>();
        AtomicInteger writers = new AtomicInteger(Parallel.THREADS / 2);
        Parallel.run(thread -> {
            if (thread % 2 == 0) {
                for (int i = 0; i < 30; i++) {
                    Version proposal = Version.of(subject().version(1).millis(), 0, thread + 1L);
                    subject()
                            .apply(
                                    ApplyKind.DIRECT,
                                    new Change(
                                            subject().live("key " + i % keys, proposal, thread + "/" + i),
                                            Condition.none(),
                                            Set.of(target)));
                }
                writers.decrementAndGet();
            } else {
                while (writers.get() > 0) {
                    deliver(target, Duration.ofMillis(20), delivered);
                }
            }
            return thread;
        });
        await().until(() -> {
            deliver(target, Duration.ofMillis(20), delivered);
            return subject().await(subject().hints().summary(target)).pending() == 0;
        });
        // A backend may let a record go with its last hint. Whatever stands was brought over, or something newer was.
        assertThat(delivered).hasSize(keys);
        for (int i = 0; i < keys; i++) {
            if (subject().read("key " + i) instanceof ReadAnswer.Hit hit) {
                assertThat(delivered.get(hit.record().key()))
                        .as("what the hints brought over")
                        .isGreaterThanOrEqualTo(hit.record().version());
            }
        }
        assertThat(subject().await(subject().hints().summary(target))).isEqualTo(new HintSummary(0, 0, 0));
    }

    /** As the engine does it: the record is read again, and the hint is cleared at the version that it had. */
    private void deliver(String target, Duration claim, Map<RecordKey, Version> delivered) {
        List<Hint> hints = subject().await(subject().hints().claim(target, 2, claim));
        for (Hint hint : hints) {
            ReadAnswer answer = subject().read(hint.key());
            if (answer instanceof ReadAnswer.Hit hit) {
                delivered.merge(hint.key(), hit.record().version(), (a, b) -> a.isNewerThan(b) ? a : b);
            } else {
                // Another has delivered and cleared it, after this claim had ended.
                assertThat(delivered).containsKey(hint.key());
            }
        }
        subject().await(subject().hints().clear(hints));
    }
}
