package io.resilientstorage.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {

    private static final long MILLIS = 1_704_067_200_000L;

    /** In their order, oldest first. */
    private static final List<Version> ASCENDING = List.of(
            Version.NONE,
            new Version(0, 1),
            Version.of(0, 1, 0),
            Version.of(1, 0, 0),
            Version.of(999, 65_535, Long.MAX_VALUE),
            Version.of(MILLIS, 0, 0),
            Version.of(MILLIS, 0, 9),
            Version.of(MILLIS, 0, 10),
            Version.of(MILLIS, 0, 1L << 53),
            Version.of(MILLIS, 0, (1L << 53) + 1),
            Version.of(MILLIS, 0, Long.MAX_VALUE),
            Version.of(MILLIS, 1, 0),
            Version.of(MILLIS, 9, 0),
            Version.of(MILLIS, 10, 0),
            Version.of(MILLIS, 65_535, Long.MAX_VALUE),
            Version.of(MILLIS + 1, 0, 0),
            new Version(Long.MAX_VALUE, Long.MAX_VALUE));

    @Test
    void versionsAreOrderedByTimeThenCounterThenWriter() {
        List<Version> shuffled = new ArrayList<>(ASCENDING);
        Collections.shuffle(shuffled, new Random(1));
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(ASCENDING);
        for (int i = 1; i < ASCENDING.size(); i++) {
            assertThat(ASCENDING.get(i).isNewerThan(ASCENDING.get(i - 1))).isTrue();
            assertThat(ASCENDING.get(i - 1).isNewerThan(ASCENDING.get(i))).isFalse();
        }
    }

    @Test
    void theOrderOfTheTextsIsTheOrderOfTheVersions() {
        List<String> texts = ASCENDING.stream().map(Version::text).toList();
        assertThat(texts).isSorted().doesNotHaveDuplicates().allMatch(text -> text.matches("[0-9]{39}"));
    }

    @Test
    void theTextIsReadBack() {
        assertThat(ASCENDING)
                .allSatisfy(version -> assertThat(Version.parse(version.text())).isEqualTo(version));
    }

    @Test
    void theTextIsMadeOfMillisCounterAndWriter() {
        assertThat(Version.of(MILLIS, 7, 42).text()).isEqualTo("001704067200000" + "00007" + "0000000000000000042");
        assertThat(Version.of(MILLIS, 7, 42))
                .hasToString(Version.of(MILLIS, 7, 42).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "00170406720000000007000000000000000004",
                "0017040672000000000700000000000000000420",
                "-01704067200000000070000000000000000042",
                "+01704067200000000070000000000000000042",
                " 01704067200000000070000000000000000042",
                "00170406720000000007000000000000000004x",
                "\u0660\u06601704067200000000070000000000000000042",
                "001704067200000655360000000000000000042",
                "140737488355328000000000000000000000000",
                "001704067200000000079999999999999999999"
            })
    void whatIsNoVersionIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Version.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, -1", "-9223372036854775808, 0"})
    void negativePartsAreRefused(long timestamp, long writer) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Version(timestamp, writer));
    }

    @Test
    void thePartsAreReadBack() {
        Version version = Version.of(MILLIS, 65_535, 3);
        assertThat(version.millis()).isEqualTo(MILLIS);
        assertThat(version.counter()).isEqualTo(65_535);
        assertThat(version.writer()).isEqualTo(3);
    }

    @Test
    void aCounterTooLargeCarriesIntoTheMilliseconds() {
        assertThat(Version.of(MILLIS, 65_536, 0)).isEqualTo(Version.of(MILLIS + 1, 0, 0));
        assertThat(Version.of(MILLIS, 65_535, 9).next(2)).isEqualTo(Version.of(MILLIS + 1, 0, 2));
    }

    @Test
    void theNextVersionIsNewerWhoeverWritesIt() {
        Version version = Version.of(MILLIS, 0, Long.MAX_VALUE);
        assertThat(version.next(0).isNewerThan(version)).isTrue();
        assertThat(version.next(0)).isEqualTo(Version.of(MILLIS, 1, 0));
    }
}
