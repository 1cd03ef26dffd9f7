package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The guards that the guide shows, run as they stand there. */
class FencingGuardsTest {

    /** Two numbers that are one as doubles, and one that is shorter. */
    private static final long HIGHER = (1L << 62) + 1;

    private static final long LOWER = 1L << 62;
    private static final long SHORT = 99;

    interface Guard {
        boolean write(long token) throws SQLException;
    }

    private static void refusesWhatIsLowerThanWhatItHasSeen(Guard guard) throws SQLException {
        assertThat(guard.write(SHORT)).isTrue();
        assertThat(guard.write(LOWER)).isTrue();
        assertThat(guard.write(LOWER)).as("the same holder again").isTrue();
        assertThat(guard.write(HIGHER)).isTrue();
        assertThat(guard.write(LOWER)).isFalse();
        assertThat(guard.write(SHORT)).isFalse();
        assertThat(guard.write(HIGHER)).isTrue();
    }

    @Test
    void aRowOfPostgres() throws SQLException {
        try (PostgresProcess postgres = PostgresProcess.start()) {
            postgres.execute(FencedRow.TABLE);
            refusesWhatIsLowerThanWhatItHasSeen(
                    token -> FencedRow.write(postgres.jdbcUrl(), FencedRow.guarded(), token));
        }
    }

    @Test
    void aKeyOfRedis() throws SQLException {
        try (RedisProcess redis = RedisProcess.start();
                RedisClient client = RedisClient.create(redis.url());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            refusesWhatIsLowerThanWhatItHasSeen(token -> connection
                            .sync()
                            .<Long>eval(
                                    FencedRow.script(),
                                    ScriptOutputType.INTEGER,
                                    new String[] {"account:1"},
                                    Long.toString(token),
                                    "balance")
                    == 1);
            assertThat(connection.sync().hget("account:1", "fence")).isEqualTo(Long.toString(HIGHER));
        }
    }
}
