package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.config.BackendOptions;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Redis may keep a record for a minute, and the database keeps it as long as it shall live. */
class CappedRedisTest {

    private static final Duration CAP = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static Mutation capped(boolean databaseTellsWhatItHas) {
        return new Mutation() {
            @Override
            public void configure(String server, BackendOptions options) {
                if (server.equals("redis")) {
                    options.ttlCap(CAP);
                }
            }

            @Override
            public Backend client(String server, Backend real) {
                return databaseTellsWhatItHas || !server.equals("sql") ? real : new Mute(real);
            }
        };
    }

    /** Tells of no record that it is there. */
    private static final class Mute extends ChangedBackend {

        Mute(Backend real) {
            super(real);
        }

        @Override
        public CompletionStage<ReadReply> read(ReadRequest request) {
            return real.read(request)
                    .thenApply(reply -> new ReadReply(
                            reply.answers().stream()
                                    .<ReadAnswer>map(any -> new ReadAnswer.Miss(Version.NONE))
                                    .toList(),
                            reply.incarnation()));
        }
    }

    /** The writer dies when the database has the record, and the hint at Redis still stands. */
    private static Script carriedByAnother(boolean databaseTellsWhatItHas) {
        Script script = new Script(Plan.quiet(1).with(capped(databaseTellsWhatItHas)));
        assertThat(script.set(script.q, "k", "v").backend()).isEqualTo("redis");
        assertThat(script.world
                        .schedule()
                        .advanceUntil(() -> script.stands(script.sql(), "k").isPresent(), LONGEST))
                .isTrue();
        script.q.crash();
        assertThat(script.redis().notes().summary("sql").pending()).isEqualTo(1);
        assertThat(script.world
                        .schedule()
                        .advanceUntil(
                                () -> script.redis().notes().summary("sql").pending() == 0, LONGEST))
                .as("another process carries it")
                .isTrue();
        script.wait(CAP.multipliedBy(2));
        assertThat(script.stands(script.redis(), "k")).isEmpty();
        return script;
    }

    @Test
    void aHintThatIsCarriedFromItShortensNoLifeInTheDatabase() {
        Script script = carriedByAnother(true);
        assertThat(script.stands(script.sql(), "k")).contains("v");
        assertThat(script.read(script.p, "k").value()).contains("v");
    }

    /** The control: who carries the hint cannot see what the database has. */
    @Test
    void whereTheDatabaseDoesNotTellWhatItHasItEndsThereToo() {
        Script script = carriedByAnother(false);
        assertThat(script.stands(script.sql(), "k")).isEmpty();
    }
}
