package io.resilientstorage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a failure says of its outcome is true, while connections are cut under load. */
class OutcomeTest {

    private static final int THREADS = 4;
    private static final int CUTS = 5;

    /** Which outcome a cut gives is a matter of the moment; a busy machine may need many for all of them. */
    private static final int MOST_CUTS = 200;

    private enum Said {
        STORED,
        NOT_STORED,
        UNKNOWN
    }

    @Test
    void whatIsSaidToBeStoredIsAndWhatIsSaidNotToBeIsNot() throws Exception {
        try (RedisProcess server = RedisProcess.start();
                OpenRedis redis = OpenRedis.connected(RedisBackend.builder(server.url()))) {
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService writers = Executors.newFixedThreadPool(THREADS);
            Map<String, Said> all = new LinkedHashMap<>();
            Set<Said> seen = ConcurrentHashMap.newKeySet();
            try {
                List<Future<Map<String, Said>>> results = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    String prefix = thread + "/";
                    results.add(writers.submit(() -> writeUntil(stop, redis, prefix, seen)));
                }
                for (int cut = 0; cut < CUTS || (seen.size() < Said.values().length && cut < MOST_CUTS); cut++) {
                    cutConnections(server);
                    redis.awaitConnected();
                }
                stop.set(true);
                for (Future<Map<String, Said>> result : results) {
                    all.putAll(result.get(OpenRedis.PATIENCE.toSeconds(), TimeUnit.SECONDS));
                }
            } finally {
                stop.set(true);
                writers.shutdownNow();
            }
            assertThat(all.values()).as("the run saw all three").contains(Said.values());
            all.forEach((key, said) -> {
                ReadAnswer answer = redis.read(key);
                if (said == Said.STORED) {
                    assertThat(answer).as(key).isInstanceOf(ReadAnswer.Hit.class);
                } else if (said == Said.NOT_STORED) {
                    assertThat(answer).as(key).isEqualTo(ReadAnswer.Miss.NOTHING);
                }
            });
        }
    }

    private static Map<String, Said> writeUntil(AtomicBoolean stop, OpenRedis redis, String prefix, Set<Said> seen) {
        Map<String, Said> said = new LinkedHashMap<>();
        for (int burst = 0; !stop.get(); burst++) {
            Map<String, CompletionStage<ApplyReply>> writes = new LinkedHashMap<>();
            for (int i = 0; i < 20; i++) {
                String key = prefix + burst + "/" + i;
                writes.put(key, redis.applyLater(redis.live(key, "value"), ApplyRequest.NO_LIMIT, OpenRedis.ATTEMPT));
            }
            writes.forEach((key, write) -> said.put(key, said(write)));
            writes.keySet().forEach(key -> seen.add(said.get(key)));
            if (said.get(prefix + burst + "/19") != Said.STORED) {
                redis.awaitConnected();
            }
        }
        return said;
    }

    private static Said said(CompletionStage<ApplyReply> write) {
        try {
            OpenRedis.result(write);
            return Said.STORED;
        } catch (BackendException e) {
            return e.outcomeKnown() ? Said.NOT_STORED : Said.UNKNOWN;
        }
    }

    private static void cutConnections(RedisProcess server) throws IOException {
        assertThat(server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
                .startsWith(":");
    }
}
