package io.resilientstorage.benchmarks.redis;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.benchmarks.load.Subject;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every way that is compared does what it says, on a real Redis. */
class SubjectsTest {

    private final RedisProcess redis = RedisProcess.start();
    private final PlainLettuce lettuce = new PlainLettuce(redis.port());
    private final Entries entries = new Entries(3, 100);

    @AfterEach
    void end() {
        lettuce.close();
        redis.close();
    }

    @Test
    void plainLettuceReadsWhatItSet() {
        assertSetsAndGets(lettuce.set(entries), lettuce.get(entries));
    }

    @Test
    void theLayerReadsWhatItSet() {
        try (Layer layer = new Layer(redis.url())) {
            assertSetsAndGets(layer.set(entries), layer.get(entries));
        }
    }

    @Test
    void theBackendReadsWhatItSet() {
        try (LoneRedisBackend backend = new LoneRedisBackend(redis.url())) {
            assertSetsAndGets(backend.set(entries), backend.get(entries));
        }
    }

    /** Fails when the script is told other things than it was: then {@link ApplyScript} must be told of it. */
    @Test
    void theScriptIsToldWhatTheBackendTellsIt() throws IOException {
        try (ApplyScript script = new ApplyScript(lettuce)) {
            assertThatCode(() -> script.set(entries).call(0)).doesNotThrowAnyException();
        }
    }

    @Test
    void aValueThatIsWrongIsNoticed() throws Exception {
        lettuce.set(new Entries(3, 200)).call(0);

        assertThatThrownBy(() -> lettuce.get(entries).call(0)).isInstanceOf(IllegalStateException.class);
    }

    private static void assertSetsAndGets(Subject set, Subject get) {
        assertThatThrownBy(() -> get.call(1)).as("before it was set").isInstanceOf(Exception.class);
        assertThatCode(() -> {
                    set.call(1);
                    get.call(1);
                })
                .doesNotThrowAnyException();
    }
}
