package io.resilientstorage.e2e.processes;

import static io.resilientstorage.e2e.processes.JournalEvent.Operation.DELETE;
import static io.resilientstorage.e2e.processes.JournalEvent.Operation.SET;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.ReadKind;
import io.resilientstorage.e2e.processes.Finding.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Histories that are right, and beside each the ones that are not: the controls of {@link Checker}. */
class CheckerTest {

    private static final Duration LIFE = Duration.ofSeconds(1);
    private static final Duration LONG_AFTER = Duration.ofSeconds(10);

    private final ToldHistory told = new ToldHistory();

    @Test
    void newestWriteStandsEverywhere() {
        told.durable("one", SET, "a", 10).mirrored("two", SET, "b", 11).bothHave("b", 11);
        assertFound();
    }

    @Test
    void durableWriteIsMissingInOneBackend() {
        told.durable("one", SET, "a", 10).durable("one", SET, "b", 11);
        told.databaseHas("b", 11).redisHas("a", 10);
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.BACKENDS_DIFFER);
    }

    @Test
    void durableWriteIsMissingEverywhere() {
        told.durable("one", SET, "a", 10);
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.DURABLE_WRITE_LOST);
    }

    @Test
    void durableWriteOfAKilledProcessIsMissingToo() {
        told.durable("one", SET, "a", 10).durable("one", SET, "b", 11).killed("one");
        told.bothHave("a", 10);
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.DURABLE_WRITE_LOST);
    }

    @Test
    void receiptThatDoesNotNameTheDatabaseAsPendingMeansThatItHasTheRecord() {
        told.mirrored("one", SET, "a", 10).killed("one");
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.DURABLE_WRITE_LOST);
    }

    @Test
    void volatileWriteOfAKilledProcessMayBeGone() {
        told.durable("one", SET, "a", 10).volatileAlone("two", SET, "b", 11).killed("two");
        told.bothHave("a", 10);
        assertFound();
    }

    @Test
    void volatileWriteOfALivingProcessMayNot() {
        told.durable("one", SET, "a", 10).volatileAlone("two", SET, "b", 11);
        told.bothHave("a", 10);
        assertFound(Kind.WRITE_OF_LIVING_PROCESS_LOST, Kind.WRITE_OF_LIVING_PROCESS_LOST);
    }

    @Test
    void writeThatNobodyAcknowledgedMayStandOrNot() {
        told.durable("one", SET, "a", 10).failed("one", SET, "b").unfinished("two", SET, "c");
        told.bothHave("c", 12);
        assertFound();
    }

    @Test
    void writeThatNobodyAcknowledgedDoesNotTakeTheOldOneAway() {
        told.durable("one", SET, "a", 10).failed("one", SET, "b");
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.DURABLE_WRITE_LOST);
    }

    @Test
    void unacknowledgedDeleteMayHaveTakenEffect() {
        told.durable("one", SET, "a", 10).failed("one", DELETE, "");
        assertFound();
    }

    @Test
    void deletedKeyMayBeATombstoneHereAndNothingThere() {
        told.durable("one", SET, "a", 10).durable("one", DELETE, "", 11).databaseHasTombstone(11);
        assertFound();
    }

    @Test
    void olderDeleteIsNoReasonToBeGone() {
        told.durable("one", DELETE, "", 9).durable("one", SET, "a", 10);
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.DURABLE_WRITE_LOST);
    }

    @Test
    void deletedKeyIsBack() {
        told.durable("one", SET, "a", 10).durable("one", DELETE, "", 11);
        told.databaseHasTombstone(11).redisHas("a", 10);
        assertFound(Kind.DELETED_KEY_BACK, Kind.BACKENDS_DIFFER);
    }

    @Test
    void deletedKeyIsReadAgain() {
        told.durable("one", SET, "a", 10).durable("one", DELETE, "", 11).found("one", "a", 10, false);
        assertFound(Kind.DELETED_KEY_BACK);
    }

    @Test
    void supersededWriteBringsTheOneThatItMet() {
        told.durable("two", SET, "b", 12).superseded("one", SET, "a", 12).bothHave("b", 12);
        assertFound();
    }

    @Test
    void writeThatASupersededOneMetIsMissing() {
        told.durable("one", SET, "a", 10).superseded("one", SET, "b", 12).unfinished("two", SET, "c");
        told.bothHave("a", 10);
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.DURABLE_WRITE_LOST);
    }

    @Test
    void supersededDeleteIsNoReasonToBeGone() {
        told.durable("two", SET, "b", 12).superseded("one", DELETE, "", 12);
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.DURABLE_WRITE_LOST);
    }

    @Test
    void processReadsItsOwnWriteOrANewerOne() {
        told.durable("one", SET, "a", 10).found("one", "a", 10, false);
        told.durable("two", SET, "b", 11).found("one", "b", 11, false).bothHave("b", 11);
        assertFound();
    }

    @Test
    void processReadsWhatWasBeforeItsOwnWrite() {
        told.durable("two", SET, "a", 10).durable("one", SET, "b", 11).found("one", "a", 10, false);
        told.bothHave("b", 11);
        assertFound(Kind.STALE_READ);
    }

    @Test
    void flaggedReadMayBeOld() {
        told.durable("one", SET, "a", 10).durable("one", SET, "b", 11).found("one", "a", 10, true);
        told.missed("one", ReadKind.UNKNOWN).bothHave("b", 11);
        assertFound();
    }

    @Test
    void readOfAnotherProcessMayBeOld() {
        told.durable("one", SET, "a", 10).durable("one", SET, "b", 11).found("two", "a", 10, false);
        told.bothHave("b", 11);
        assertFound();
    }

    @Test
    void absentAfterAnOwnWriteIsStale() {
        told.durable("one", SET, "a", 10).missed("one", ReadKind.ABSENT).bothHave("a", 10);
        assertFound(Kind.STALE_READ);
    }

    @Test
    void absentIsRightIfSomebodyHadBegunToDelete() {
        told.durable("one", SET, "a", 10).durable("two", DELETE, "", 11).missed("one", ReadKind.ABSENT);
        assertFound();
    }

    @Test
    void absentBeforeSomebodyBeganToDeleteIsStale() {
        told.durable("one", SET, "a", 10).missed("one", ReadKind.ABSENT).durable("two", DELETE, "", 11);
        assertFound(Kind.STALE_READ);
    }

    @Test
    void valueThatNobodyWroteIsInvented() {
        told.durable("one", SET, "a", 10).found("one", "x", 11, false).bothHave("y", 12);
        assertFound(Kind.INVENTED_VALUE, Kind.INVENTED_VALUE, Kind.INVENTED_VALUE);
    }

    @Test
    void whatHasEndedMayBeAbsent() {
        told.lives(LIFE).durable("one", SET, "a", 10).later(LONG_AFTER).missed("one", ReadKind.ABSENT);
        assertFound();
    }

    @Test
    void whatHasNotEndedMayNot() {
        told.lives(LONG_AFTER)
                .durable("one", SET, "a", 10)
                .missed("one", ReadKind.ABSENT)
                .bothHave("a", 10);
        assertFound(Kind.STALE_READ);
    }

    @Test
    void whatIsFoundAfterItsEndIsTooOldThoughFlaggedAsStale() {
        told.lives(LIFE).durable("one", SET, "a", 10).later(LONG_AFTER).found("two", "a", 10, true);
        assertFound(Kind.ENDED_VALUE);
    }

    @Test
    void whatStandsAfterItsEndIsTooOld() {
        told.lives(LIFE).durable("one", SET, "a", 10).bothHave("a", 10).later(LONG_AFTER);
        assertFound(Kind.ENDED_VALUE, Kind.ENDED_VALUE);
    }

    @Test
    void whatIsOlderThanWhatHasEndedMustNotComeBack() {
        told.durable("one", SET, "a", 10).lives(LIFE).durable("one", SET, "b", 11);
        told.bothHave("a", 10).later(LONG_AFTER);
        assertFound(Kind.DURABLE_WRITE_LOST, Kind.DURABLE_WRITE_LOST);
    }

    private void assertFound(Kind... kinds) {
        assertThat(told.check()).extracting(Finding::kind).containsExactlyInAnyOrder(kinds);
    }
}
