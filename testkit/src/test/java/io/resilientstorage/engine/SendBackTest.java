package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.StorageEvent.NotFlushed;
import io.resilientstorage.api.StorageEvent.SyncChanged;
import io.resilientstorage.api.Sync;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A backend acknowledges a write and loses it before its hint is cleared: another one has it, and it goes back. */
class SendBackTest {

    private static final int MANY = 600;
    private static final Duration A_WHILE = Duration.ofSeconds(1);
    private static final Duration LONGER_THAN_ANYBODY_TRIES = Duration.ofSeconds(30);

    /** A write is in both; the first one could not be told so, and has lost everything since. */
    private static Lab lab() {
        Lab lab = delivered();
        lab.node("one").server().restartEmpty();
        return lab;
    }

    /** A write is in both; the first one could not be told so. */
    private static Lab delivered() {
        Lab lab = new Lab()
                .shared("one", "two")
                .given(List.of("one", "two"), node -> {
                    node.server().keepHints();
                    node.server().keepSentinel();
                })
                .start();
        lab.advance(A_WHILE);
        lab.node("one").faults().inject(Node.unreachable(), Call.HINTS);
        lab.storage().set("k", "v");
        lab.advance(Duration.ofMillis(100));
        assertThat(has(lab, "two")).as("it was delivered").isTrue();
        return lab;
    }

    private static boolean has(Lab lab, String name) {
        return lab.node(name).server().stands("k") instanceof ReadAnswer.Hit;
    }

    @Test
    void itGoesBack() {
        try (Lab lab = lab()) {
            lab.node("one").heal();

            lab.advance(A_WHILE);

            assertThat(has(lab, "one")).isTrue();
        }
    }

    @Test
    void manyGoBackAndTakeFewCallsForThat() {
        try (Lab lab = lab()) {
            lab.node("two").faults().inject(Node.unreachable(), Call.HINTS);
            lab.node("one").heal();
            lab.advance(A_WHILE);
            lab.node("one").faults().inject(Node.unreachable(), Call.HINTS);
            for (int i = 0; i < MANY; i++) {
                lab.storage().set("many " + i, "v");
            }
            lab.advance(Duration.ofMillis(100));
            lab.node("one").server().restartEmpty();
            lab.node("two").heal();
            lab.node("one").heal();
            long before = lab.node("two").faults().calls(Call.HINTS);

            lab.advance(Duration.ofSeconds(3));

            for (int i = 0; i < MANY; i++) {
                assertThat(lab.node("one").server().stands("many " + i)).isInstanceOf(ReadAnswer.Hit.class);
            }
            assertThat(lab.node("two").faults().calls(Call.HINTS) - before).isLessThan(MANY / 10);
        }
    }

    @Test
    void itGoesBackToABackendThatWasEmptiedWhileItRan() {
        try (Lab lab = delivered()) {
            lab.node("one").server().emptySecretly();
            lab.storage().get("another");
            assertThat(lab.events(SyncChanged.class))
                    .as("the miss tells that the sentinel has gone too")
                    .anyMatch(event -> event.to() == Sync.COLD);
            lab.node("one").heal();

            lab.advance(A_WHILE);

            assertThat(has(lab, "one")).isTrue();
        }
    }

    @Test
    void itGoesBackThoughNobodyHadLookedAtTheSentinelSinceItWasEmptied() {
        try (Lab lab = delivered()) {
            lab.node("one").server().emptySecretly();
            lab.node("one").heal();

            lab.advance(A_WHILE);

            assertThat(has(lab, "one")).isTrue();
            assertThat(lab.events(SyncChanged.class))
                    .as("nothing else told that it was emptied")
                    .noneMatch(event -> event.to() == Sync.COLD);
        }
    }

    @Test
    void untilItHasArrivedTheOtherOneKeepsAHint() {
        try (Lab lab = lab()) {
            lab.node("one").heal();
            lab.node("one").faults().inject(Node.noAnswer(), Call.APPLY);

            lab.advance(A_WHILE);

            assertThat(lab.node("two").server().hintsFor("one").pending()).isEqualTo(1);
            lab.storage().close();
            assertThat(lab.events(NotFlushed.class))
                    .singleElement()
                    .satisfies(event -> assertThat(event.hinted()).isTrue());
        }
    }

    @Test
    void whereTheHintCouldNotBeNotedClosingSaysThatNothingElseKnowsOfIt() {
        try (Lab lab = lab()) {
            lab.node("one").heal();
            lab.node("one").faults().inject(Node.noAnswer(), Call.APPLY);
            lab.node("two").faults().inject(Node.unreachable(), Call.HINTS);

            lab.advance(A_WHILE);

            lab.storage().close();
            assertThat(lab.events(NotFlushed.class)).singleElement().satisfies(event -> {
                assertThat(event.backend()).isEqualTo("one");
                assertThat(event.records()).isEqualTo(1);
                assertThat(event.hinted()).isFalse();
            });
        }
    }

    @Test
    void itGoesBackHoweverLongTheFirstOneCouldNotBeAsked() {
        try (Lab lab = lab()) {
            lab.node("one").down();
            lab.advance(LONGER_THAN_ANYBODY_TRIES);
            assertThat(lab.node("two").server().hintsFor("one").pending())
                    .as("any process knows from now on that the first one may lack it")
                    .isEqualTo(1);

            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(5));

            assertThat(has(lab, "one")).isTrue();
            assertThat(lab.node("two").server().hintsFor("one").pending()).isZero();
            assertThat(lab.node("one").server().hintsFor("two").pending()).isZero();
        }
    }

    @Test
    void itGoesBackThoughTheOtherOneCouldNoteNoHintEither() {
        try (Lab lab = lab()) {
            lab.node("one").down();
            lab.node("two").faults().inject(Node.unreachable(), Call.HINTS);
            lab.advance(LONGER_THAN_ANYBODY_TRIES);

            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(5));

            assertThat(has(lab, "one")).isTrue();
        }
    }
}
