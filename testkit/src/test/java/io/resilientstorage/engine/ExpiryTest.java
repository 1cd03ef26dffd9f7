package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P6: a key never outlives its deadline. */
class ExpiryTest {

    private static final Duration TTL = Duration.ofSeconds(10);

    @Test
    void aValueEndsAtItsMillisecond() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "v", TTL);

            lab.advance(TTL.minusMillis(1));
            assertThat(lab.storage().get("k")).contains("v");

            lab.advance(Duration.ofMillis(1));
            assertThat(lab.storage().read("k").kind()).isEqualTo(ReadKind.ABSENT);
        }
    }

    @Test
    void theTimeThatAFailoverTakesDoesNotLengthenALife() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            long begun = lab.time().clock().wallMillis();
            lab.node("one").faults().injectNext(1, Fault.dropReply(), Call.APPLY);

            assertThat(lab.await(lab.async().set("k", "v", TTL)).backend()).isEqualTo("two");

            long spent = lab.time().clock().wallMillis() - begun;
            assertThat(spent).as("the time-out of the first attempt").isGreaterThanOrEqualTo(1_000);
            Found<String> found = (Found<String>) lab.storage().read("k");
            assertThat(found.expiresAt()).contains(Instant.ofEpochMilli(begun + TTL.toMillis()));
            lab.advance(TTL.minusMillis(spent));
            assertThat(lab.storage().get("k")).isEmpty();
            assertThat(lab.node("one").server().stands("k")).isInstanceOf(ReadAnswer.Miss.class);
            assertThat(lab.node("two").server().stands("k")).isInstanceOf(ReadAnswer.Miss.class);
        }
    }

    /**
     * The second backend's clock is a minute slow, so it takes the value for alive when by the shared clock it is not.
     */
    @Test
    void whatHasEndedByTheSharedClockIsNotFoundThoughABackendStillReturnsIt() {
        try (Lab lab = new Lab()
                .shared("one", "slow")
                .with(builder -> builder.strategy(Strategy.ROUND_ROBIN))
                .given("slow", node -> node.server().skew(Duration.ofMinutes(-1)))
                .start()) {
            lab.storage().set("k", "v", TTL);
            lab.advance(TTL);

            assertThat(lab.node("slow").server().stands("k")).isInstanceOf(ReadAnswer.Hit.class);
            for (int turn = 0; turn < 4; turn++) {
                assertThat(lab.storage().get("k")).isEmpty();
            }
            assertThat(lab.node("slow").reads()).isPositive();
        }
    }

    @Test
    void whatHasEndedAtABackendThatMissedAWriteHidesNothingNewer() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(Strategy.PRIORITY))
                .start()) {
            lab.storage().set("k", "old", TTL);
            ReadAnswer old = lab.node("one").server().stands("k");
            lab.advance(TTL.minusMillis(10));
            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            lab.storage().set("k", "new");
            lab.advance(Duration.ofMillis(20));
            // A backend without a clock worth the name goes on returning it.
            lab.node("one")
                    .faults()
                    .inject(
                            Careless.replying(
                                    ReadReply.class, reply -> new ReadReply(List.of(old), reply.incarnation())),
                            Call.READ);

            assertThat(lab.storage().get("k")).contains("new");
        }
    }

    @Test
    void whatEndsWhileABatchWaitsForItsOtherKeysIsNotFound() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.storage().takeOffline("one");
            lab.storage().set("short", "v", Duration.ofMillis(400));
            lab.storage().bringOnline("one");
            lab.advance(Duration.ofMillis(200));
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(600)), Call.READ);
            lab.node("two").faults().inject(Fault.delayReply(Duration.ofMillis(600)), Call.READ);

            assertThat(lab.await(lab.async().getAll(List.of("short", "other")))).isEmpty();
        }
    }

    @Test
    void aTouchCountsFromNow() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "v", TTL);
            lab.advance(Duration.ofSeconds(6));

            assertThat(lab.storage().touch("k", TTL).applied()).isTrue();

            lab.advance(TTL.minusMillis(1));
            assertThat(lab.storage().get("k")).contains("v");
            lab.advance(Duration.ofMillis(1));
            assertThat(lab.storage().get("k")).isEmpty();
        }
    }

    @Test
    void aCapShortensTheLifeAtItsBackendAloneAndItsEndIsUnknown() {
        try (Lab lab = new Lab()
                .backend("capped", StandIn.SHARED, options -> options.ttlCap(Duration.ofMinutes(1)))
                .shared("full")
                .with(builder -> builder.strategy(Strategy.ROUND_ROBIN))
                .start()) {
            lab.storage().set("long", "v", Duration.ofHours(1));
            lab.storage().set("short", "v", TTL);
            lab.storage().set("forever", "v");

            assertThat(lab.node("capped").server().applies())
                    .extracting(apply -> apply.changes().get(0).record().expiresAt())
                    .containsExactly(
                            lab.time().clock().wallMillis() + 60_000,
                            lab.time().clock().wallMillis() + 10_000,
                            lab.time().clock().wallMillis() + 60_000);
            lab.advance(Duration.ofMinutes(1));

            lab.storage().takeOffline("full");
            assertThat(lab.storage().read("long").kind()).isEqualTo(ReadKind.UNKNOWN);
            assertThat(lab.storage().read("forever").kind()).isEqualTo(ReadKind.UNKNOWN);

            lab.storage().bringOnline("full");
            lab.advance(Duration.ofMillis(200));
            for (int turn = 0; turn < 2; turn++) {
                assertThat(lab.storage().get("long")).contains("v");
                assertThat(lab.storage().get("forever")).contains("v");
                assertThat(lab.storage().read("short").kind()).isEqualTo(ReadKind.ABSENT);
            }
        }
    }

    @Test
    void aDeleteHasNoEndThatACapCouldShorten() {
        try (Lab lab = new Lab()
                .backend("capped", StandIn.SHARED, options -> options.ttlCap(Duration.ofMinutes(1)))
                .start()) {
            lab.storage().set("k", "v");
            assertThat(lab.storage().delete("k").deleted()).isTrue();
            assertThat(lab.storage().get("k")).isEmpty();
        }
    }
}
