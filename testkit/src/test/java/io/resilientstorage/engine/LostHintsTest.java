package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A backend is emptied after somebody has claimed hints there, and before their records are read. What it has lost has
 * not ended.
 */
class LostHintsTest {

    private static final Duration ROUNDS = Duration.ofSeconds(10);

    @Test
    void whatIsMissingInAnotherLifeIsNotDeletedElsewhere() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given(List.of("one", "two"), node -> node.server().keepHints())
                .start()) {
            emptyBetweenClaimAndRead(lab, () -> lab.node("one").server().restartEmpty());

            assertThat(lab.node("two").server().stands("k")).isInstanceOf(ReadAnswer.Hit.class);
        }
    }

    @Test
    void whatIsMissingInTheSameLifeIsNotDeletedElsewhereIfTheSentinelIsMissingToo() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given(List.of("one", "two"), node -> {
                    node.server().keepHints();
                    node.server().keepSentinel();
                })
                .start()) {
            emptyBetweenClaimAndRead(lab, () -> lab.node("one").server().emptySecretly());

            assertThat(lab.node("two").server().stands("k")).isInstanceOf(ReadAnswer.Hit.class);
        }
    }

    /** A Redis that is full drops records, and keeps their hints. */
    @Test
    void whatHasGoneWhileItsHintStandsIsKeptWhereItHasArrived() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given(List.of("one", "two"), node -> node.server().keepHints())
                .start()) {
            Version version = lab.await(lab.async().set("k", "v")).version();
            lab.advance(ROUNDS);

            lab.node("one").server().emptySecretly();
            note(lab, version);
            lab.advance(ROUNDS);

            assertThat(lab.node("two").server().stands("k")).isInstanceOf(ReadAnswer.Hit.class);
            assertThat(lab.node("one").server().stands("k"))
                    .as("and comes back")
                    .isInstanceOf(ReadAnswer.Hit.class);
            assertThat(lab.node("one").server().hintsFor("two").pending()).isZero();
        }
    }

    /** The control: where nothing says that the backend has lost anything, the hint stands for a tombstone. */
    @Test
    void whatHasGoneWhileItsHintStandsIsDeletedElsewhere() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given(List.of("one", "two"), node -> node.server().keepHints())
                .start()) {
            Version version = lab.await(lab.async().set("k", "v")).version();
            lab.advance(ROUNDS);

            note(lab, version.next(StandIn.OTHER_WRITER));
            lab.advance(ROUNDS);

            assertThat(lab.node("two").server().stands("k")).isInstanceOf(ReadAnswer.Miss.class);
            assertThat(lab.node("one").server().hintsFor("two").pending()).isZero();
        }
    }

    private static void emptyBetweenClaimAndRead(Lab lab, Runnable loss) {
        Version version = lab.await(lab.async().set("k", "v")).version();
        lab.advance(ROUNDS);
        note(lab, version);
        lab.node("one").faults().injectNext(1, Node.before(loss), Call.READ);

        lab.advance(ROUNDS);

        assertThat(lab.node("one").server().stands("k"))
                .as("the record was read while it was claimed")
                .isInstanceOfSatisfying(
                        ReadAnswer.Miss.class,
                        miss -> assertThat(miss.version()).isEqualTo(Version.NONE));
    }

    private static void note(Lab lab, Version version) {
        lab.node("one").server().hints().orElseThrow().note(List.of(new Hint("two", StandIn.key("k"), version, 0, 0)));
    }
}
