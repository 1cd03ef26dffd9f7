package io.resilientstorage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a read costs the server, in commands. */
class ReadCostTest {

    private RedisProcess server;
    private OpenRedis redis;

    @BeforeEach
    void start() {
        server = RedisProcess.start();
        redis = OpenRedis.connected(RedisBackend.builder(server.url()));
        redis.probe();
    }

    @AfterEach
    void end() {
        redis.close();
        server.close();
    }

    private String statsOfAReadOfWhatLives(Duration life) throws IOException {
        VersionedRecord record = redis.live("key", "value");
        redis.apply(
                new VersionedRecord(record.key(), record.version(), record.content(), redis.now() + life.toMillis()));
        server.command("CONFIG", "RESETSTAT");
        assertThat(redis.read("key")).isInstanceOf(ReadAnswer.Hit.class);
        return server.text("INFO", "commandstats");
    }

    @Test
    void aHitThatIsFarFromItsEndIsOneGet() throws IOException {
        assertThat(statsOfAReadOfWhatLives(Duration.ofMinutes(1)))
                .contains("cmdstat_get:calls=1,")
                .doesNotContain("cmdstat_eval");
    }

    /** The control: the clock that was heard at a probe is not trusted to the last moment. */
    @Test
    void aHitThatIsNearItsEndIsLeftToTheServerToJudge() throws IOException {
        assertThat(statsOfAReadOfWhatLives(Duration.ofMillis(900))).contains("cmdstat_eval");
    }
}
