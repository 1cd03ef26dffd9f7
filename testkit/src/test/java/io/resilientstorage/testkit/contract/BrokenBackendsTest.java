package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The control of the suite: each mistake is caught by the test that is there for it. */
class BrokenBackendsTest {

    static Stream<Arguments> mistakes() {
        return Stream.concat(mistakesWithRecords(), mistakesWithLocks());
    }

    private static Stream<Arguments> mistakesWithLocks() {
        return Stream.of(
                mistake(LockMistakes.PutsLate::new, "anAuthorityRecordThatComesTooLateIsNotPut"),
                mistake(LockMistakes.DoesNotDrain::new, "whoseTimeHasNotComeGrantsNothingAndTellsHowLong"),
                mistake(LockMistakes.NeverLapses::new, "whoseTimeHasRunOutGrantsNothing"),
                mistake(LockMistakes.GrantsInAnyLife::new, "afterARestartNothingIsGrantedUntilSomebodyHasSeenToIt"),
                mistake(LockMistakes.ForgetsWhatCopiesTell::new, "aCopyTellsItsEpoch"),
                mistake(LockMistakes.ForgetsWhatCopiesTell::new, "whoDidNotSeeACopyTakesNotOverUnderItsEpoch"),
                mistake(LockMistakes.TakesCopiesUnderANewerEpoch::new, "underANewerEpochACopyIsRefused"),
                mistake(LockMistakes.ComesLate::new, "whatComesAfterItsNotAfterTimeDoesNothing"),
                mistake(LockMistakes.ReleasesForAnybody::new, "onlyItsOwnerReleasesALock"),
                mistake(LockMistakes.RenewsUnderAnyToken::new, "aRenewalNeedsTheLockTheOwnerAndTheToken"),
                mistake(LockMistakes.ComesLate::new, "randomStepsWithAFixedSeedAgreeWithTheRule"),
                mistake(LockMistakes.FoldsOwners::new, "everyLegalNameAndOwnerIsKeptApartFromAllOthers"),
                mistake(LockMistakes.KeepsTokensAsDoubles::new, "tokensAreExactAtBothEndsOfTheirRange"),
                mistake(LockMistakes.KeepsTokensAsDoubles::new, "tokensOfCopiesAreComparedExactly"),
                mistake(LockMistakes.KeepsLocksForEver::new, "whatHasEndedIsNotRenewed"),
                mistake(LockMistakes.KeepsLocksForEver::new, "whatHasEndedIsNotReleased"),
                mistake(LockMistakes.JudgesLocksByTheWallClock::new, "aStepOfTheWallClockEndsNoLockAndKeepsNone"),
                mistake(LockMistakes.ShortensLocks::new, "itsOwnerMayAcquireItAgainWhichExtendsIt"),
                mistake(LockMistakes.ShortensLocks::new, "aCopyExtendsItsLockAndNeverShortensIt"),
                mistake(LockMistakes.LetsLateCopiesWin::new, "theCopyOfALaterGrantStays"),
                mistake(LockMistakes.CountsAcrossEpochs::new, "theCounterStaysWithItsEpochAndBeginsAnewWithAnother"),
                mistake(LockMistakes.SetsTheAuthorityBlindly::new, "aRecordIsReplacedOnlyByWhoKnowsWhatStands"),
                mistake(RacingLocks.SetsWhatWasReadTogether::new, "sixteenThatChangeTheRecordLoseNoChange"),
                mistake(LockMistakes.SetsTheAuthorityInAnyLife::new, "aRecordIsReplacedOnlyInTheLifeThatIsMeant"),
                mistake(LockMistakes.ForgetsTheFloor::new, "anEpochIsAboveAllThatWereSeenBefore"),
                mistake(LockMistakes.ForgetsTheFloor::new, "theFloorNeverGoesDown"),
                mistake(LockMistakes.GluesSpaceAndName::new, "lockSpacesStayApart"),
                mistake(RacingLocks.DecidesOutsideTheLock::new, "ofSixteenThatWantALockOneGetsIt"),
                mistake(ReleaseMistakes.TellsOfNoRelease::new, "whoComesAgainHearsAgain"),
                mistake(ReleaseMistakes.TellsOfOtherSpaces::new, "aReleaseIsToldToAllWhoListenToThatSpaceByItsName"),
                mistake(ReleaseMistakes.TellsNamesFolded::new, "everyNameIsToldAsItIs"),
                mistake(ReleaseMistakes.GoesOnTelling::new, "whoHasClosedItsWatchHearsNothingMore"),
                mistake(ReleaseMistakes.SaysThatItTellsNobody::new, "everyDeclaredCapabilityIsTested"),
                mistake(LockMistakes.NeverFull::new, "whenAllTokensOfAnEpochAreGrantedItNeedsAnother"));
    }

    private static Stream<Arguments> mistakesWithRecords() {
        return Stream.of(
                mistake(BrokenBackends.IgnoresNotAfter::new, "afterItsNotAfterTimeNothingIsStored"),
                mistake(BrokenBackends.IgnoresHowFarBehind::new, "whatIsFurtherBehindThanIsAllowedIsNotStored"),
                mistake(BrokenBackends.TakesReplaysAsDirect::new, "anOlderRecordIsSuperseded"),
                mistake(BrokenBackends.TakesDirectAsReplay::new, "anOlderProposalIsRaisedAboveWhatStands"),
                mistake(BrokenBackends.SeedsAsReplays::new, "anAncientSeedIsApplied"),
                mistake(BrokenBackends.IgnoresConditions::new, "ifAbsentStoresOnlyWhereNothingLives"),
                mistake(BrokenBackends.IgnoresConditions::new, "ifVersionStoresOnlyWhereThatVersionLives"),
                mistake(BrokenBackends.TakesVersionsFromTheFuture::new, "aVersionFromTheFutureIsRefused"),
                mistake(BrokenBackends.ForgetsTombstonesOfAbsentKeys::new, "theDeleteOfAnAbsentKeyIsKept"),
                mistake(BrokenBackends.ForgetsWhatArrivesExpired::new, "aRecordThatArrivesExpiredHidesWhatIsOlder"),
                mistake(BrokenBackends.KeepsTheFirstOfEqualVersions::new, "ofEqualVersionsTheTombstoneWins"),
                mistake(BrokenBackends.KeepsTheFirstOfEqualVersions::new, "ofEqualVersionsTheEarlierExpiryWins"),
                mistake(
                        BrokenBackends.KeepsTheFirstOfEqualVersions::new,
                        "randomChangesWithAFixedSeedAgreeWithTheModel"),
                mistake(BrokenBackends.ComparesVersionsAsDoubles::new, "versionsAreComparedAsNumbersInAllTheirParts"),
                mistake(
                        RacingBackends.DecidesOutsideTheLock::new,
                        "versionsAssignedToSixteenThreadsAreAllDifferentAndTheNewestStands"),
                mistake(RacingBackends.DecidesOutsideTheLock::new, "ofSixteenThreadsExactlyOneFindsTheKeyAbsent"),
                mistake(BrokenBackends.JudgesExpiryByTheWallClock::new, "aStepOfTheWallClockEndsNoRecordAndKeepsNone"),
                mistake(BrokenBackends.NeverExpires::new, "aRecordThatHadEndedIsNeverFound"),
                mistake(BrokenBackends.FoldsCase::new, "keysThatLookAlikeStayApart"),
                mistake(BrokenBackends.IgnoresGenerations::new, "generationsStayApart"),
                mistake(BrokenBackends.GluesNamespaceAndKey::new, "namespacesStayApart"),
                mistake(BrokenBackends.HintsWhatItDidNotApply::new, "whatIsNotAppliedLeavesNoHint"),
                mistake(BrokenBackends.NeverHints::new, "aHintIsStoredWithTheRecord"),
                mistake(BrokenBackends.ClearsHintsAtAnyVersion::new, "aHintIsClearedOnlyAtItsVersion"),
                mistake(
                        BrokenBackends.ClearsWithoutLookingAtWhatStands::new,
                        "whatStandsNewerThanWhatWasDeliveredGetsAHintIfItHasNone"),
                mistake(BrokenBackends.ScansByLike::new, "aPrefixIsTextAndNoPattern"),
                mistake(BrokenBackends.ForgetsTheEndInImmediateReads::new, "anImmediateReadSaysWhatAReadSays"),
                mistake(BrokenBackends.DeclaresNoScan::new, "everyDeclaredCapabilityIsTested"),
                mistake(
                        BrokenBackends.KeepsItsIncarnation::new,
                        "afterARestartTheSameBackendObjectServesAgainUnderANewIncarnation"),
                mistake(BrokenBackends.OverwritesNewerFormats::new, "aNewerFormatIsReportedAndLeftAlone"),
                mistake(
                        BrokenBackends.LosesContentAtARestart::new,
                        "recordsTombstonesAndExpiredVersionsSurviveARestart"),
                mistake(BrokenBackends.PositionsFromASequence::new, "aReaderThatFollowsSixteenWritersMissesNothing"),
                mistake(BrokenBackends.PositionsFromASequence::new, "downFromTheHeadAndUpFromItNothingIsMissing"),
                mistake(BrokenBackends.ScansFromTheOldest::new, "theLatestComeFirst"),
                mistake(BrokenBackends.HeadLagsBehind::new, "theHeadIsBehindAllThatWasCommittedAndBeforeAllThatWillBe"),
                mistake(BrokenBackends.HeadRunsAhead::new, "theHeadIsBehindAllThatWasCommittedAndBeforeAllThatWillBe"),
                mistake(
                        BrokenBackends.ForgetsTheVersionOfWhatHasEnded::new,
                        "whatIsOlderDoesNotComeBackWhenTheNewerHasEnded"),
                mistake(
                        BrokenBackends.ForgetsTheVersionOfWhatHasEnded::new,
                        "aWriteOfASlowClockIsRaisedAboveWhatHasEnded"),
                mistake(BrokenBackends.SetsTheSentinelBlindly::new, "aFirstSentinelIsSetOnce"),
                mistake(BrokenBackends.SetsTheSentinelBlindly::new, "ofSixteenThatSetTheFirstOneSucceeds"),
                mistake(BrokenBackends.SetsTheSentinelBlindly::new, "whatIsNotThereIsNotReplaced"),
                mistake(RacingBackends.ComparesSentinelsById::new, "aSentinelIsReplacedOnlyByWhoKnowsWhatStands"),
                mistake(RacingBackends.ComparesSentinelsById::new, "sixteenThatMoveTheWatermarkLoseNoStep"),
                mistake(BrokenBackends.SetsTheSentinelInAnyLife::new, "aSentinelIsReplacedOnlyInTheLifeThatIsMeant"),
                mistake(BrokenBackends.KeepsWatermarksAsDoubles::new, "everyPartOfItComesBack"),
                mistake(BrokenBackends.BelievesColdMisses::new, "missesAreColdUnlessASentinelSaysWarm"),
                mistake(BrokenBackends.DoubtsHits::new, "hitsAreGoodWhereMissesAreCold"),
                mistake(
                        BrokenBackends.TellsNoSentinelWhenHintsAreCleared::new,
                        "clearingHintsTellsTheSentinelOrSaysThatItDoesNot"),
                mistake(
                        BrokenBackends.TellsTheSentinelThatItRemembers::new,
                        "clearingHintsTellsTheSentinelOrSaysThatItDoesNot"),
                mistake(
                        BrokenBackends.TellsASentinelAndSaysThatItDoesNot::new,
                        "clearingHintsTellsTheSentinelOrSaysThatItDoesNot"),
                mistake(BrokenBackends.KeepsTheSentinelElsewhere::new, "itIsLostWithTheRecords"),
                mistake(BrokenBackends.KeepsTheSentinelElsewhere::new, "anEmptiedBackendHasNoSentinel"));
    }

    @AfterEach
    void forget() {
        BrokenBackendContract.MAKER.remove();
    }

    @ParameterizedTest(name = "{0} is caught by {2}")
    @MethodSource("mistakes")
    void aMistakeIsCaught(String name, Supplier<MapBackend> maker, String test) {
        TestExecutionSummary summary = run(maker, test);
        assertThat(summary.getTestsFoundCount()).as("tests of that name").isPositive();
        assertThat(summary.getTestsFailedCount()).as("tests that failed").isPositive();
    }

    @Test
    void theBackendWithoutAMistakePassesThoseTests() {
        mistakes().map(mistake -> (String) mistake.get()[2]).distinct().forEach(test -> {
            TestExecutionSummary summary = run(MapBackend::new, test);
            assertThat(summary.getTestsSucceededCount()).as(test).isPositive();
            assertThat(summary.getTotalFailureCount()).as(test).isZero();
        });
    }

    /** The control of what makes two threads come between each other: without a mistake it shows none. */
    @Test
    void readingSentinelsTogetherIsNoMistake() {
        TestExecutionSummary summary =
                run(RacingBackends.ReadsSentinelsTogether::new, "sixteenThatMoveTheWatermarkLoseNoStep");
        assertThat(summary.getTestsSucceededCount()).isPositive();
        assertThat(summary.getTotalFailureCount()).isZero();
    }

    private static TestExecutionSummary run(Supplier<MapBackend> maker, String test) {
        BrokenBackendContract.MAKER.set(maker);
        PostDiscoveryFilter ofThatName = descriptor -> FilterResult.includedIf(isCalled(descriptor, test));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(BrokenBackendContract.class))
                .filters(ofThatName)
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(request, listener);
        return listener.getSummary();
    }

    private static boolean isCalled(TestDescriptor descriptor, String test) {
        return descriptor
                .getSource()
                .filter(org.junit.platform.engine.support.descriptor.MethodSource.class::isInstance)
                .map(org.junit.platform.engine.support.descriptor.MethodSource.class::cast)
                .filter(source -> source.getMethodName().equals(test))
                .isPresent();
    }

    private static Arguments mistake(Supplier<MapBackend> maker, String test) {
        return arguments(maker.get().getClass().getSimpleName(), maker, test);
    }
}
