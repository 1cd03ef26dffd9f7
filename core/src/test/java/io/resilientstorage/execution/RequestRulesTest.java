package io.resilientstorage.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the arguments of a call must be like, to the byte. */
class RequestRulesTest {

    private final RequestRules rules = new RequestRules(new StorageSettings.Draft()
            .set(Settings.MAX_VALUE_BYTES, 10L)
            .set(Settings.MAX_BATCH_SIZE, 3L)
            .build());

    private static InvalidRequestException refusal(Runnable check) {
        try {
            check.run();
        } catch (InvalidRequestException e) {
            return e;
        }
        throw new AssertionError("not refused");
    }

    /** A letter of so many bytes of UTF-8, and how often it fits into 512. */
    @ParameterizedTest
    @CsvSource({"k, 512", "é, 256", "€, 170", "😀, 128", "ࠀ, 170", "\uffff, 170"})
    void aKeyHasAtMost512BytesOfUtf8(String letter, int most) {
        String longest = letter.repeat(most);
        assertThat(rules.key(longest)).isSameAs(longest);
        assertThat(longest.getBytes(StandardCharsets.UTF_8).length).isBetween(510, 512);

        String tooLong = letter.repeat(most + 1);
        int bytes = tooLong.getBytes(StandardCharsets.UTF_8).length;
        assertThat(refusal(() -> rules.key(tooLong)))
                .hasMessage("key has " + bytes + " bytes of UTF-8, and must have 1 to 512");
    }

    @Test
    void aKeyOf513BytesIsRefusedWhicheverLetterBringsItOver() {
        assertThat(rules.key("k".repeat(510) + "é")).hasSize(511);
        refusal(() -> rules.key("k".repeat(511) + "é"));
        refusal(() -> rules.key("k".repeat(509) + "😀"));
        assertThat(rules.key("k".repeat(508) + "😀")).hasSize(510);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00", "a\ud83db", "\ud83d\ud83d\ude00", "\ude00\ud83d", "ends \ud83d"})
    void aLoneSurrogateIsRefused(String key) {
        assertThat(refusal(() -> rules.key(key))).hasMessageContaining("surrogate");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\u0000", "/", "..", "{a}", "a\nb", "שלום", "e\u0301", "\ufeff"})
    void anyCodePointIsLegal(String key) {
        assertThat(rules.key(key)).isSameAs(key);
    }

    @Test
    void anEmptyKeyIsRefused() {
        assertThat(refusal(() -> rules.key(""))).hasMessageContaining("0 bytes");
        assertThat(refusal(() -> rules.key("")).field()).isEqualTo("key");
    }

    @Test
    void aTimeToLiveIsFromAMillisecondToAHundredYears() {
        assertThat(RequestRules.ttl(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(1));
        assertThat(RequestRules.ttl(Duration.ofDays(36_500))).isEqualTo(Duration.ofDays(36_500));
        for (Duration bad : List.of(
                Duration.ZERO,
                Duration.ofNanos(999_999),
                Duration.ofMillis(-1),
                Duration.ofDays(36_500).plusNanos(1),
                Duration.ofSeconds(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThat(refusal(() -> RequestRules.ttl(bad)).field()).isEqualTo("ttl");
        }
    }

    @Test
    void aValueHasAtMostSoManyBytes() {
        assertThatCode(() -> rules.valueLength(0)).doesNotThrowAnyException();
        assertThatCode(() -> rules.valueLength(10)).doesNotThrowAnyException();
        assertThat(refusal(() -> rules.valueLength(11)))
                .hasMessage("value has 11 bytes, and must have at most 10 (maxValueBytes)");
    }

    @Test
    void aBatchHasAtMostSoManyKeysAndEachOnce() {
        assertThat(rules.keys(List.of("a", "b", "a"))).containsExactly("a", "b");
        assertThat(rules.keys(List.of())).isEmpty();
        List<String> four = IntStream.range(0, 4).mapToObj(i -> "k" + i).toList();
        assertThat(refusal(() -> rules.keys(four)))
                .hasMessage("batch has 4 keys, and must have at most 3 (maxBatchSize)");
        assertThat(refusal(() -> rules.keys(List.of("a", ""))).field()).isEqualTo("key");
        refusal(() -> rules.keys(Collections.singletonList(nothing())));
    }

    @Test
    void nullIsRefusedByTheNameOfTheArgument() {
        assertThat(refusal(() -> rules.key(nothing()))).hasMessage("key must not be null");
        assertThat(refusal(() -> rules.keys(nothing()))).hasMessage("keys must not be null");
        assertThat(refusal(() -> RequestRules.ttl(nothing()))).hasMessage("ttl must not be null");
        assertThat(refusal(() -> RequestRules.namespace(nothing()))).hasMessage("namespace must not be null");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a b", "a/b", "é", "a\n", "a:b", "_", "_rs", "_a"})
    void aNamespaceIsOfFewCharactersAndDoesNotBeginWithAnUnderscore(String name) {
        assertThatThrownBy(() -> RequestRules.namespace(name)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aNamespaceHasAtMost64Characters() {
        assertThat(RequestRules.namespace("a".repeat(64))).hasSize(64);
        assertThat(RequestRules.namespace("az09._-")).isEqualTo("az09._-");
        assertThat(RequestRules.namespace("-_")).isEqualTo("-_");
        refusal(() -> RequestRules.namespace("a".repeat(65)));
    }
}
