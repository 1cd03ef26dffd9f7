package io.resilientstorage.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.NamespaceDisagreementException;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.time.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Who waits for the question, how often it is asked, and what its answer means. */
class AgreementTest {

    private static final Terms MINE = new Terms(WriteMode.MIRROR_ASYNC, 1_000);
    private static final Standing OTHERS = Standing.of(MINE, "1 writeMode=MIRROR_SYNC maxValueBytes=1000", "redis");

    private final SettableClock clock = new SettableClock(7, 0);
    private final List<CompletableFuture<Standing>> questions = new ArrayList<>();
    private final Agreement agreement = new Agreement("carts", MINE, this::ask, clock);

    private CompletableFuture<Standing> ask(String namespace, Terms mine) {
        assertThat(namespace).isEqualTo("carts");
        assertThat(mine).isEqualTo(MINE);
        CompletableFuture<Standing> answer = new CompletableFuture<>();
        questions.add(answer);
        return answer;
    }

    private void answer(Standing standing) {
        questions.get(questions.size() - 1).complete(standing);
    }

    private static void isRefused(CompletableFuture<Void> permit) {
        assertThatThrownBy(permit::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        NamespaceDisagreementException.class,
                        e -> assertThat(e.namespace()).isEqualTo("carts"))
                .hasMessage("namespace 'carts' is used here with writeMode=MIRROR_ASYNC maxValueBytes=1000, and the"
                        + " record at redis says writeMode=MIRROR_SYNC maxValueBytes=1000; all processes must use it"
                        + " alike");
    }

    @Test
    void theFirstCallsWaitForOneQuestionAndLaterOnesPayNothing() {
        CompletableFuture<Void> first = agreement.permit();
        CompletableFuture<Void> second = agreement.permit();
        assertThat(questions).hasSize(1);
        assertThat(first).isNotDone();

        answer(Standing.agreed());

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(agreement.stands()).isTrue();
        clock.nanos += Duration.ofDays(1).toNanos();
        assertThat(agreement.permit()).isCompleted();
        assertThat(questions).as("nobody is asked again").hasSize(1);
    }

    @Test
    void whereOthersHoldSomethingElseThisCallAndAllLaterOnesAreRefused() {
        CompletableFuture<Void> first = agreement.permit();
        answer(OTHERS);

        isRefused(first);
        isRefused(agreement.permit());
        assertThat(agreement.isRefused()).isTrue();
        assertThat(agreement.stands()).isFalse();
    }

    @Test
    void eachRefusedCallGetsAnExceptionOfItsOwn() {
        CompletableFuture<Void> first = agreement.permit();
        CompletableFuture<Void> second = agreement.permit();
        answer(OTHERS);

        assertThat(first.handle((yes, failure) -> failure.getCause()).join())
                .isNotSameAs(second.handle((yes, failure) -> failure.getCause()).join());
    }

    @Test
    void whereNobodyCouldTellCallsGoOnAndItIsAskedAgainBesideThemButNotOften() {
        CompletableFuture<Void> first = agreement.permit();
        answer(Standing.untold());
        assertThat(first).isCompleted();

        clock.nanos += Agreement.ASK_AGAIN.minusNanos(1).toNanos();
        assertThat(agreement.permit()).isCompleted();
        assertThat(questions).hasSize(1);

        clock.nanos += Duration.ofNanos(1).toNanos();
        assertThat(agreement.permit())
                .as("does not wait for the second question")
                .isCompleted();
        assertThat(questions).hasSize(2);
        clock.nanos += Duration.ofDays(1).toNanos();
        assertThat(agreement.permit()).isCompleted();
        assertThat(questions).as("one at a time").hasSize(2);

        answer(OTHERS);
        isRefused(agreement.permit());
    }

    @Test
    void aRefusalIsAskedAboutAgainForAnOperatorMayHaveChangedTheOthers() {
        var unused = agreement.permit();
        answer(OTHERS);
        clock.nanos += Agreement.ASK_AGAIN.toNanos();

        isRefused(agreement.permit());
        assertThat(questions).hasSize(2);
        answer(Standing.agreed());

        assertThat(agreement.permit()).isCompleted();
    }

    @Test
    void aQuestionThatFailsIsOneThatNobodyCouldAnswer() {
        CompletableFuture<Void> first = agreement.permit();
        questions.get(0).completeExceptionally(new IllegalStateException("a defect"));

        assertThat(first).isCompleted();
        assertThat(agreement.stands()).isFalse();
    }

    @Test
    void aQuestionThatThrowsLeavesNoCallWaiting() {
        List<CompletableFuture<Void>> others = new ArrayList<>();
        List<Agreement> itself = new ArrayList<>();
        Agreement broken = new Agreement(
                "carts",
                MINE,
                (namespace, mine) -> {
                    others.add(itself.get(0).permit());
                    throw new IllegalStateException("a defect");
                },
                clock);
        itself.add(broken);

        assertThatThrownBy(broken::permit).isInstanceOf(IllegalStateException.class);

        assertThat(others).singleElement().satisfies(other -> assertThat(other).isCompleted());
        assertThat(broken.permit()).isCompleted();
    }

    @Test
    void whatIsForgottenIsAskedForAnewAndAnOldAnswerCountsNoMore() {
        var unused = agreement.permit();
        answer(OTHERS);
        agreement.forget();
        CompletableFuture<Void> second = agreement.permit();
        assertThat(questions).hasSize(2);
        assertThat(second).isNotDone();

        agreement.forget();
        answer(OTHERS);
        assertThat(agreement.isRefused()).isFalse();
        CompletableFuture<Void> third = agreement.permit();
        answer(Standing.agreed());

        assertThat(third).isCompleted();
        assertThat(agreement.stands()).isTrue();
    }

    @Test
    void aRecordOfAFormThatIsNotKnownIsRefused() {
        assertThat(Standing.of(MINE, MINE.text(), "redis")).isEqualTo(Standing.agreed());
        for (String text : List.of("2 writeMode=MIRROR_ASYNC maxValueBytes=1000", "", MINE.text() + " locks=none")) {
            assertThat(Standing.of(MINE, text, "redis"))
                    .isEqualTo(new Standing.Refused(
                            "something that this version of the library does not understand", "redis"));
        }
        assertThat(Standing.of(MINE, "1 writeMode=MIRROR_ASYNC maxValueBytes=1001", "redis"))
                .isEqualTo(new Standing.Refused("writeMode=MIRROR_ASYNC maxValueBytes=1001", "redis"));
    }

    // ---- all namespaces of a process

    private Agreements agreements(boolean needsMirrors, boolean shared) {
        return new Agreements(
                new StorageSettings.Draft()
                        .set(Settings.MAX_VALUE_BYTES, 1_000L)
                        .build(),
                needsMirrors,
                shared ? Optional.of(this::ask) : Optional.empty(),
                clock);
    }

    private static NamespaceOptions mode(WriteMode mode) {
        return NamespaceOptions.DEFAULT.withWriteMode(mode);
    }

    @Test
    void theModeOfANamespaceIsItsOwnOrThatOfTheSettings() {
        assertThat(agreements(false, true).of("carts", NamespaceOptions.DEFAULT).mine())
                .isEqualTo(MINE);
        assertThat(agreements(false, true)
                        .of("carts", mode(WriteMode.ACTIVE_ONLY))
                        .mine())
                .isEqualTo(new Terms(WriteMode.ACTIVE_ONLY, 1_000));
    }

    @Test
    void whereNoBackendIsSharedThereIsNothingToAgreeOn() {
        Agreements all = agreements(false, false);

        assertThat(all.of("carts", NamespaceOptions.DEFAULT).stands()).isTrue();
        assertThat(all.of("carts", mode(WriteMode.MIRROR_SYNC)).stands()).isTrue();
        assertThat(questions).isEmpty();
    }

    @Test
    void oneProcessUsesANamespaceInOneModeUntilThatIsForgotten() {
        Agreements all = agreements(false, true);
        Agreement first = all.of("carts", NamespaceOptions.DEFAULT);
        assertThat(all.of("carts", mode(WriteMode.MIRROR_ASYNC))).as("the same").isSameAs(first);
        assertThatThrownBy(() -> all.of("carts", mode(WriteMode.MIRROR_SYNC)))
                .isInstanceOf(NamespaceDisagreementException.class)
                .hasMessageContainingAll("'carts'", "MIRROR_SYNC", "MIRROR_ASYNC", "another use of it in this process");
        assertThat(all.of("users", mode(WriteMode.MIRROR_SYNC)).stands()).isFalse();

        all.forget("carts");

        assertThat(all.of("carts", mode(WriteMode.MIRROR_SYNC))).isNotSameAs(first);
    }

    @Test
    void whereSeveralBackendsAnswerActiveOnlyIsRefused() {
        assertThatThrownBy(() -> agreements(true, true).of("carts", mode(WriteMode.ACTIVE_ONLY)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContainingAll("'writeMode'", "ACTIVE_ONLY", "ROUND_ROBIN");
        assertThat(agreements(true, true)
                        .of("carts", mode(WriteMode.MIRROR_SYNC))
                        .mine())
                .isEqualTo(new Terms(WriteMode.MIRROR_SYNC, 1_000));
    }
}
