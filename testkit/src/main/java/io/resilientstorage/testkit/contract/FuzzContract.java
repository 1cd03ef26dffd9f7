package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Some thousand random changes, on the backend and on a model of it: every answer must be the same. */
public interface FuzzContract extends Contract {

    /** How many batches one run has; each has up to four changes. */
    int BATCHES = 600;

    @Test
    default void randomChangesWithAFixedSeedAgreeWithTheModel() {
        fuzz(20_260_101L);
    }

    @Test
    default void randomChangesWithAFreshSeedAgreeWithTheModel() {
        fuzz(ThreadLocalRandom.current().nextLong());
    }

    /** One run. To repeat one that failed, call this with the seed that it told. */
    default void fuzz(long seed) {
        Random random = new Random(seed);
        FuzzModel model = new FuzzModel(subject(), random);
        for (int batch = 0; batch < BATCHES; batch++) {
            ApplyRequest request = model.nextRequest();
            List<ApplyResult> expected = model.apply(request);
            List<ApplyResult> actual = subject().apply(request);
            assertThat(actual).as("seed %d, batch %d: %s", seed, batch, request).isEqualTo(expected);
            if (random.nextInt(4) == 0) {
                assertReads(model, "seed " + seed + ", batch " + batch);
            }
        }
        assertReads(model, "seed " + seed + ", the end");
        if (subject().backend().hints().isPresent()) {
            assertHints(model, "seed " + seed);
        }
    }

    private void assertReads(FuzzModel model, String where) {
        List<ReadAnswer> answers = subject().read(model.keys());
        assertThat(answers).as(where).isEqualTo(model.answers());
    }

    private void assertHints(FuzzModel model, String where) {
        for (String target : model.targets()) {
            Map<RecordKey, Object> found = new HashMap<>();
            for (Hint hint : subject().await(subject().hints().claim(target, 1_000, HintContract.LONG_CLAIM))) {
                found.put(hint.key(), hint.version());
            }
            assertThat(found).as(where + ", hints for " + target).isEqualTo(model.hints(target));
        }
    }
}
