package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process carries a hint for something old, knows something newer that nobody else has, and dies after it. */
class CarrierDiesTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Quiet quiet;

    @BeforeEach
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterEach
    void speakAgain() {
        quiet.close();
    }

    /** What processes deliver from memory comes too late; what they carry for hints arrives. */
    private static Mutation deliveringNothing(AtomicBoolean nothing, boolean carriedWithHints) {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return new ChangedBackend(real) {
                    @Override
                    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
                        if (request.kind() == ApplyKind.REPLAY && nothing.get()) {
                            return CompletableFuture.failedFuture(BackendException.refused("not now"));
                        }
                        return real.apply(
                                request.kind() == ApplyKind.SEED && !carriedWithHints
                                        ? withoutHints(request)
                                        : request);
                    }
                };
            }
        };
    }

    private static ApplyRequest withoutHints(ApplyRequest request) {
        List<Change> changes = request.changes().stream()
                .map(change -> new Change(change.record(), change.condition(), Set.of()))
                .toList();
        return new ApplyRequest(
                request.kind(),
                changes,
                request.generation(),
                request.notAfter(),
                request.mostBehind(),
                request.timeout());
    }

    /** The hint is at the database, for the older value. What Redis gets in its place was in memory alone. */
    private static Script carried(boolean withHints) {
        AtomicBoolean nothingDelivered = new AtomicBoolean(true);
        Script script = new Script(Plan.quiet(1).with(deliveringNothing(nothingDelivered, withHints)));
        script.q.link(script.redis()).refuse();
        script.p.link(script.redis()).refuse();
        assertThat(script.set(script.p, "k", "old").backend()).isEqualTo("sql");
        // A process does not carry where all hints are its own.
        assertThat(script.set(script.q, "another", "v").backend()).isEqualTo("sql");
        script.p.link(script.sql()).refuse();
        assertThat(script.set(script.p, "k", "new").backend()).isEqualTo("memory");
        script.p.link(script.redis()).heal();
        script.p.link(script.sql()).heal();
        assertThat(script.world
                        .schedule()
                        .advanceUntil(
                                () -> script.sql().notes().summary("redis").pending() == 0, LONGEST))
                .as("it was carried, and the hint is cleared")
                .isTrue();
        assertThat(script.stands(script.redis(), "k")).contains("new");
        script.p.crash();
        assertThat(script.stands(script.sql(), "k")).contains("old");
        nothingDelivered.set(false);
        script.world.settle();
        return script;
    }

    @Test
    void whatItSentInThePlaceOfTheOlderOneTheDatabaseGetsToo() {
        Script script = carried(true);
        assertThat(script.world.violations()).as(script.world.story()).isEmpty();
        assertThat(script.stands(script.sql(), "k")).contains("new");
    }

    /** The control. */
    @Test
    void whereNoHintGoesWithItTheDatabaseDoesNotGetIt() {
        assertThat(carried(false).world.violations()).isNotEmpty();
    }
}
