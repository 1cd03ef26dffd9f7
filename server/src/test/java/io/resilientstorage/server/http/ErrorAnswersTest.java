package io.resilientstorage.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.AllBackendsFailedException;
import io.resilientstorage.api.BacklogFullException;
import io.resilientstorage.api.DeadlineExceededException;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.NamespaceDisagreementException;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.api.UnreadableValueException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ErrorAnswersTest {

    @Test
    void whatMayBeTriedAgainLaterSaysWhen() {
        assertThat(answer(new AllBackendsFailedException(Map.of("redis", new IllegalStateException("down")))))
                .isEqualTo("503 {\"error\":\"unavailable\","
                        + "\"message\":\"no backend could serve the call: redis: down\"}");
        assertThat(answer(new DeadlineExceededException(Duration.ofSeconds(2), "")))
                .startsWith("503 {\"error\":\"deadline_exceeded\",");
        assertThat(answer(new OverloadedException("10000 calls wait"))).startsWith("503 {\"error\":\"overloaded\",");
        assertThat(answer(new BacklogFullException("100000 records wait")))
                .startsWith("503 {\"error\":\"backlog_full\",");
        assertThat(answer(new StorageClosedException())).startsWith("503 {\"error\":\"stopping\",");

        assertThat(ErrorAnswers.of(new StorageClosedException()).headers()).containsEntry("Retry-After", "1");
    }

    @Test
    void aMistakeOfTheCallerNamesTheField() {
        assertThat(answer(new InvalidRequestException("key", "is empty")))
                .isEqualTo("400 {\"error\":\"bad_key\",\"message\":\"key is empty\"}");
    }

    @Test
    void whatStandsThereAndCannotBeReadSaysSo() {
        assertThat(answer(new UnreadableValueException("has format 9")))
                .isEqualTo("500 {\"error\":\"unreadable_value\",\"message\":\"has format 9\"}");
    }

    @Test
    void aProcessThatDisagreesWithTheOthersSaysSo() {
        assertThat(answer(new NamespaceDisagreementException("default", "a", "b", "the record at redis")))
                .isEqualTo("500 {\"error\":\"namespace_disagreement\",\"message\":\"namespace 'default' is used here"
                        + " with a, and the record at redis says b; all processes must use it alike\"}");
    }

    @Test
    void aBodyThatComesTooSlowlyTimesOut() {
        assertThat(answer(new TimeoutException("idle"))).startsWith("408 {\"error\":\"request_timeout\",");
    }

    @Test
    void aFailureOfOursIsNotTold() {
        assertThat(answer(new IllegalStateException("password=hunter2")))
                .isEqualTo(
                        "500 {\"error\":\"internal\",\"message\":\"the server failed to answer; its log says why\"}");
    }

    @Test
    void theCauseBehindACompletionCounts() {
        assertThat(answer(new CompletionException(new InvalidRequestException("ttl", "is 0"))))
                .isEqualTo("400 {\"error\":\"bad_ttl\",\"message\":\"ttl is 0\"}");
    }

    private static String answer(Throwable failure) {
        Answer answer = ErrorAnswers.of(failure);
        return answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }
}
