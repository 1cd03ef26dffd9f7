package io.resilientstorage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.Warmth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the sentinels under all slot tags say together. */
class SentinelMarksTest {

    private final List<String> texts = new ArrayList<>(Collections.nCopies(256, warm("x", 50)));

    @Test
    void nothingIsNoSentinel() {
        Collections.fill(texts, "");
        assertThat(onOne()).isEmpty();
    }

    @Test
    void allAlikeIsThatSentinel() {
        assertThat(onOne()).contains(Sentinel.parse(warm("x", 50)));
    }

    @Test
    void coldNeedsTheFirstAlone() {
        Collections.fill(texts, "");
        texts.set(0, "1C x 0 0 m");
        assertThat(onOne()).contains(new Sentinel("x", Warmth.COLD, 0, "m"));
    }

    @Test
    void warmNeedsThemAllOfTheSameLife() {
        for (String other : List.of("", "1C x 50 0 m", warm("y", 50))) {
            texts.set(200, other);
            assertThat(onOne()).as("with '%s'", other).isEmpty();
        }
        texts.set(200, warm("x", 50));
        texts.set(0, "");
        assertThat(onOne()).as("without the first").isEmpty();
    }

    @Test
    void onOneServerTheNewestWatermarkCounts() {
        texts.set(0, warm("x", 90));
        assertThat(onOne()).contains(Sentinel.parse(warm("x", 90)));
    }

    @Test
    void whatOneThatDidNotWinHasLeftCountsForNothing() {
        texts.set(1, warm("x", 90));
        texts.set(2, warm("x", 80));
        assertThat(onOne()).contains(Sentinel.parse(warm("x", 50)));
        assertThat(onThree()).contains(Sentinel.parse(warm("x", 50)));
    }

    @Test
    void ofSeveralServersThatOneCountsThatIsFurthestBehind() {
        texts.set(0, warm("x", 90));
        texts.set(1, warm("x", 90));
        assertThat(onThree()).contains(Sentinel.parse(warm("x", 50)));
        texts.set(2, warm("x", 80));
        assertThat(onThree()).contains(Sentinel.parse(warm("x", 80)));
    }

    @Test
    void soItIsWithBeats() {
        texts.replaceAll(text -> beats(50, 7));
        texts.set(0, beats(50, 9));
        assertThat(onOne()).contains(Sentinel.parse(beats(50, 9)));
        assertThat(onThree()).contains(Sentinel.parse(beats(50, 7)));
        texts.set(1, beats(50, 9));
        texts.set(2, beats(40, 8));
        assertThat(onThree()).contains(Sentinel.parse(beats(50, 8)));
    }

    @Test
    void eachServerHasAWitnessAndThatOfTheFirstIsTheFirst() {
        assertThat(SentinelMarks.witnesses(tag -> 0)).containsExactly(SentinelMarks.FIRST);
        assertThat(SentinelMarks.witnesses(tag -> tag.number() % 3))
                .extracting(SlotTag::number)
                .containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void aSentinelOfANewerFormatIsRefused() {
        texts.set(0, "2W of tomorrow");
        assertThatThrownBy(this::onOne)
                .isInstanceOfSatisfying(
                        BackendException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(BackendException.Kind.REFUSED));
    }

    private Optional<Sentinel> onOne() {
        return new SentinelMarks(texts).whole(tag -> 0);
    }

    private Optional<Sentinel> onThree() {
        return new SentinelMarks(texts).whole(tag -> tag.number() % 3);
    }

    private static String beats(long watermark, long beats) {
        return new Sentinel("x", Warmth.WARM, watermark, beats, "m").text();
    }

    private static String warm(String id, long watermark) {
        return new Sentinel(id, Warmth.WARM, watermark, "m").text();
    }
}
