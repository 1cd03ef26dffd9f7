package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertNoAnswer;
import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static io.resilientstorage.redis.OpenRedis.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.config.BackendSettings;
import io.resilientstorage.testkit.ManualTime;
import io.resilientstorage.testkit.servers.RedisProcess;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection: who is told what when it ends. */
class LinkTest {

    private RedisProcess server;
    private Time time;
    private StandaloneConnector connector;
    private Link link;

    @BeforeEach
    void connect() {
        server = RedisProcess.start();
        time = Time.system();
        RedisSettings settings = settings(Map.of());
        connector = new StandaloneConnector(settings, new Connections(settings, time));
        link = OpenRedis.result(connector.connect());
    }

    private RedisSettings settings(Map<String, String> options) {
        return RedisSettings.of(new BackendSettings(
                "link",
                server.url(),
                Optional.empty(),
                Optional.empty(),
                1,
                true,
                OpenRedis.ATTEMPT,
                Optional.empty(),
                options));
    }

    @AfterEach
    void end() {
        connector.close(Duration.ofSeconds(5));
        time.close();
        server.close();
    }

    @Test
    void repliesComeInTheOrderOfTheCallsErrorsAmongThem() {
        List<Reply> replies = OpenRedis.result(link.send(
                List.of(
                        Call.of(CommandType.ECHO, "first"),
                        Call.of(CommandType.INCR),
                        Call.of(CommandType.ECHO, "third"),
                        Call.of(CommandType.INCR, "counter"),
                        Call.of(CommandType.GET, "nothing")),
                OpenRedis.PATIENCE));
        assertThat(((Reply.Answer) replies.get(0)).text(0)).isEqualTo("first");
        assertThat(((ServerError) replies.get(1)).code()).isEqualTo("ERR");
        assertThat(((Reply.Answer) replies.get(2)).text(0)).isEqualTo("third");
        assertThat(((Reply.Answer) replies.get(3)).number(0)).isEqualTo(1);
        assertThat(((Reply.Answer) replies.get(4)).bytes(0)).isEmpty();
    }

    @Test
    void anEmptyBatchIsAnsweredAtOnce() {
        assertThat(OpenRedis.result(link.send(List.of(), OpenRedis.PATIENCE))).isEmpty();
    }

    @Test
    void whatIsSentOverAClosedLinkWasNotSent() {
        link.close("for the test");
        assertUnreachable(failure(link.send(ServerInfo.calls(), OpenRedis.PATIENCE)));
    }

    @Test
    void whatIsUnderWayWhenALinkIsClosedHasAnUnknownOutcome() {
        server.pause();
        CompletionStage<List<Reply>> underWay = link.send(ServerInfo.calls(), OpenRedis.PATIENCE);
        // The loop that sends is the one that closes: what was handed to it first has been sent.
        link.close("for the test");
        assertNoAnswer(failure(underWay));
    }

    @Test
    void aFullQueueIsBlamedOnTheServerOnlyAfterAWholeAttemptWithoutAnAnswer() {
        ManualTime manual = new ManualTime(1);
        RedisSettings settings = settings(Map.of(RedisSettings.REQUEST_QUEUE_SIZE, "1"));
        StandaloneConnector small = new StandaloneConnector(settings, new Connections(settings, manual));
        try {
            Link narrow = OpenRedis.result(small.connect());
            server.pause();
            CompletionStage<List<Reply>> underWay = narrow.send(ServerInfo.calls(), OpenRedis.PATIENCE);

            manual.advance(OpenRedis.ATTEMPT.minusMillis(1));
            assertThat(failure(narrow.send(ServerInfo.calls(), OpenRedis.PATIENCE))
                            .kind())
                    .as("a server far away answers as late")
                    .isEqualTo(BackendException.Kind.OVERLOADED);
            manual.advance(Duration.ofMillis(1));
            assertUnreachable(failure(narrow.send(ServerInfo.calls(), OpenRedis.PATIENCE)));

            server.resume();
            assertThat(OpenRedis.result(underWay)).isNotEmpty();
        } finally {
            small.close(Duration.ofSeconds(5));
            manual.close();
        }
    }

    @Test
    void theEndIsToldWithItsReasonAlsoToWhoComesLate() {
        CompletableFuture<String> told = new CompletableFuture<>();
        link.whenOver(told::complete);
        server.kill();
        assertThat(OpenRedis.result(told)).contains("lost");
        CompletableFuture<String> late = new CompletableFuture<>();
        link.whenOver(late::complete);
        assertThat(late).isCompleted();
    }

    @Test
    void oneCallOfABatchThatWasSentMakesTheWholeOutcomeUnknown() {
        Throwable cause = new IllegalStateException("cut");
        assertThat(outcomeKnown(new Call.End.Lost(false, cause), new Call.End.Lost(false, cause)))
                .isTrue();
        assertThat(outcomeKnown(new Call.End.Lost(false, cause), new Call.End.Lost(true, cause)))
                .isFalse();
        Reply reply = new Reply.Answer(List.of(1L));
        assertThat(outcomeKnown(new Call.End.Replied(reply), new Call.End.Lost(false, cause)))
                .isFalse();
    }

    private static boolean outcomeKnown(Call.End first, Call.End second) {
        Batch batch = new Batch(2);
        batch.ended(0, first);
        batch.ended(1, second);
        return failure(batch.replies()).outcomeKnown();
    }
}
