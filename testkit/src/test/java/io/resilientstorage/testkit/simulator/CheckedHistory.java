package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.testkit.ManualTime;
import java.time.Duration;
import java.util.Optional;

/** A history that is told by hand, and what the {@link Checker} is to say of it. */
abstract class CheckedHistory {

    static final Duration LIFE = Duration.ofSeconds(5);
    static final long END = ManualTime.START_MILLIS + LIFE.toMillis();
    static final Duration LATE = Duration.ofSeconds(3);

    final ToldHistory told = new ToldHistory();
    final ModelServer redis = told.world.redis();
    final ModelServer sql = told.world.sql();

    final void setForItsLife() {
        Call call = told.beginsToSet(told.one, "a", Optional.of(LIFE));
        told.takes(redis, "a", 10, END);
        told.takes(sql, "a", 10, END);
        told.isTold(call, 10, Optional.of(LIFE), "redis");
    }

    final void assertNothingBroken() {
        assertThat(told.broken()).as("%s", told.world.violations()).isEmpty();
    }

    final void assertNothingBrokenAtRest() {
        assertThat(told.brokenAtRest()).as("%s", told.world.violations()).isEmpty();
    }

    final void assertBroken(Promise promise) {
        assertThat(told.broken()).as("%s", told.world.violations()).containsExactly(promise);
    }

    final void assertBrokenAtRest(Promise promise) {
        assertThat(told.brokenAtRest()).as("%s", told.world.violations()).containsOnly(promise);
    }
}
