package io.resilientstorage.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\0",
                "Gr\u00fc\u00dfe",
                "\ud83d\ude00",
                "\u05e9\u05dc\u05d5\u05dd",
                "e\u0301",
                "\uffff"
            })
    void textRoundTripsAsUtf8(String text) {
        byte[] bytes = Codec.string().encode(text);
        assertThat(bytes).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(Codec.string().decode(bytes)).isEqualTo(text);
    }

    @Test
    void textThatLooksAlikeStaysApart() {
        assertThat(Codec.string().encode("\u00e9")).isNotEqualTo(Codec.string().encode("e\u0301"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xd800, 0xdbff, 0xdc00, 0xdfff})
    void aLoneSurrogateIsRefusedAndNotReplaced(int surrogate) {
        String text = "a" + (char) surrogate + "b";
        assertThatThrownBy(() -> Codec.string().encode(text))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("value"))
                .hasMessageContaining("lone surrogate");
    }

    @Test
    void aReversedPairOfSurrogatesIsRefused() {
        assertThatThrownBy(() -> Utf8.encode("\ude00\ud83d", "key"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.field()).isEqualTo("key"));
    }

    @Test
    void bytesAreCopiedBothWays() {
        byte[] mine = {1, 2, 3};
        byte[] stored = Codec.bytes().encode(mine);
        mine[0] = 9;
        assertThat(stored).containsExactly(1, 2, 3);
        byte[] read = Codec.bytes().decode(stored);
        read[1] = 9;
        assertThat(stored).containsExactly(1, 2, 3);
    }
}
