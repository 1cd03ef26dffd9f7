package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockResultKind;
import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.api.StorageEvent.LockLost;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Locks as a storage gives them: which policy it takes, and what the rest of it has to do with them. */
class LocksOfAStorageTest {

    private static final Duration TTL = Duration.ofSeconds(3);

    private static LockResult tried(Lab lab, String name) {
        return lab.await(lab.storage().locks().async().tryAcquire(name, TTL));
    }

    private static Lease lease(Lab lab, String name) {
        return tried(lab, name).acquired().orElseThrow();
    }

    @Test
    void withoutASharedBackendItIsMemoryAndTheLeaseSaysSo() {
        try (Lab lab = new Lab().memory().start()) {
            Lease lease = lease(lab, "job");

            assertThat(lease.scope()).isEqualTo(LockScope.PROCESS_LOCAL);
            assertThat(lease.backend()).isEqualTo("memory");
            assertThat(tried(lab, "job").kind()).isEqualTo(LockResultKind.HELD_BY_OTHER);
        }
    }

    @Test
    void withOneSharedBackendThatOneAloneGrants() {
        try (Lab lab = new Lab()
                .backend("sql", StandIn.DURABLE, options -> {})
                .memory()
                .start()) {
            assertThat(lease(lab, "job").scope()).isEqualTo(LockScope.SHARED);
            lab.node("sql").down();

            // Memory serves keys meanwhile, and grants nothing.
            lab.advance(Duration.ofSeconds(60));
            assertThat(lab.active()).isEqualTo("memory");
            assertThat(tried(lab, "another").kind()).isEqualTo(LockResultKind.UNAVAILABLE);
        }
    }

    /** P11: the circuit of one process says nothing of who may grant. */
    @Test
    void aCircuitThatIsOpenChangesNobodysAuthority() {
        try (Lab lab = new Lab()
                .backend("redis", StandIn.SHARED, options -> {})
                .backend("sql", StandIn.DURABLE, options -> {})
                .start()) {
            assertThat(lease(lab, "job").backend()).isEqualTo("redis");
            lab.node("redis").faults().inject(Node.noAnswer(), Call.READ, Call.APPLY, Call.PROBE);
            lab.advance(Duration.ofSeconds(60));
            assertThat(lab.events(FailedOver.class)).isNotEmpty();
            assertThat(lab.active()).isEqualTo("sql");

            assertThat(lease(lab, "another").backend()).isEqualTo("redis");
        }
    }

    /** P10. */
    @Test
    void contentionAndRefusalsOfLocksOpenNoCircuit() {
        try (Lab lab = new Lab().backend("sql", StandIn.DURABLE, options -> {}).start()) {
            lease(lab, "job");
            lab.node("sql").faults().inject(Node.noAnswer(), Call.LOCKS);
            for (int i = 0; i < 20; i++) {
                tried(lab, "job");
            }

            assertThat(lab.status("sql").circuit()).isEqualTo(Circuit.CLOSED);
            assertThat(lab.status("sql").consecutiveFailures()).isZero();
        }
    }

    @Test
    void equalNamesInOtherNamespacesAreOtherLocks() {
        try (Lab lab = new Lab().backend("sql", StandIn.DURABLE, options -> {}).start()) {
            lease(lab, "job");

            assertThat(lab.await(lab.storage().locks("carts").async().tryAcquire("job", TTL))
                            .kind())
                    .isEqualTo(LockResultKind.ACQUIRED);
            assertThat(lab.storage().locks("carts")).isSameAs(lab.storage().locks("carts"));
            assertThatThrownBy(() -> lab.storage().locks("_rs")).isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void aRestartOfTheServerIsWaitedForAndTheLossIsAnEvent() {
        try (Lab lab = new Lab().backend("sql", StandIn.DURABLE, options -> {}).start()) {
            lease(lab, "job").keepRenewing();
            lab.node("sql").server().restartEmpty();
            lab.advance(Duration.ofSeconds(10));

            assertThat(lab.events(LockLost.class)).hasSize(1);
        }
    }

    @Test
    void closingTheStorageGivesUpWhatItHolds() {
        Lease lease;
        try (Lab lab = new Lab().backend("sql", StandIn.DURABLE, options -> {}).start()) {
            lease = lease(lab, "job");
        }
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void aPolicyThatTheBackendsCannotKeepIsRefused() {
        for (LockPolicy policy : new LockPolicy[] {LockPolicy.SINGLE, LockPolicy.FAILOVER}) {
            Lab none = new Lab().memory().with(builder -> builder.lockPolicy(policy));
            assertThatThrownBy(none::start)
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining("locks.policy");
        }
        Lab shared = new Lab().shared("redis").with(builder -> builder.lockPolicy(LockPolicy.LOCAL));
        assertThatThrownBy(shared::start).isInstanceOf(InvalidSettingException.class);
        Lab alone = new Lab().shared("redis").with(builder -> builder.lockMirrored(true));
        assertThatThrownBy(alone::start)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("locks.mirrored")
                .hasMessageContaining("FAILOVER");
        Lab unknown = new Lab().shared("redis").with(builder -> builder.set(Settings.LOCKS_BACKEND, "sql"));
        assertThatThrownBy(unknown::start)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("locks.backend");
    }

    /** Two SHARED backends, of which one keeps no locks: what it keeps is known when it is open. */
    private static Lab halfWithoutLocks() {
        return new Lab()
                .shared("redis", "own")
                .given("own", node -> node.server().keepNoLocks());
    }

    private static void assertRefused(Lab lab, String setting) {
        assertThatThrownBy(lab::start)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining("own");
    }

    @Test
    void whatABackendWithoutLocksCannotDoIsRefused() {
        assertRefused(halfWithoutLocks().with(builder -> builder.lockMirrored(true)), "locks.mirrored");
        for (LockPolicy policy : new LockPolicy[] {LockPolicy.FAILOVER, LockPolicy.MAJORITY}) {
            Lab lab = halfWithoutLocks().shared("third").with(builder -> builder.lockPolicy(policy));
            assertRefused(
                    policy == LockPolicy.MAJORITY
                            ? lab
                            : lab.given("third", node -> node.server().keepNoLocks()),
                    "locks.policy");
        }
        assertRefused(
                halfWithoutLocks()
                        .with(builder -> builder.lockPolicy(LockPolicy.SINGLE).set(Settings.LOCKS_BACKEND, "own")),
                "locks.backend");
    }

    @Test
    void whatWasOpenedForNothingIsClosed() {
        Lab lab = halfWithoutLocks().with(builder -> builder.lockMirrored(true));
        assertRefused(lab, "locks.mirrored");

        for (String name : List.of("redis", "own")) {
            assertThat(lab.node(name).faults().calls(Call.CLOSE)).isOne();
        }
        lab.advance(Duration.ofSeconds(1));
        assertThat(lab.time().pendingTimers()).isZero();
    }

    @Test
    void aBackendWithoutLocksDoesNotCount() {
        try (Lab lab = halfWithoutLocks().start()) {
            assertThat(tried(lab, "job").kind()).isEqualTo(LockResultKind.UNAVAILABLE);
            lab.advance(Duration.ofMinutes(6));
            assertThat(lease(lab, "job").backend()).isEqualTo("redis");
        }
    }

    /** It may keep locks, as the other processes know: so it is no reason to refuse, or to take another policy. */
    @Test
    void aBackendThatIsNotOpenYetCounts() {
        Lab closed = new Lab()
                .backend("redis", StandIn.SHARED, options -> {})
                .backend("sql", StandIn.DURABLE, options -> {})
                .with(builder -> builder.lockMirrored(true))
                .given(
                        "redis",
                        node -> node.faults()
                                .injectNext(
                                        1, Fault.throwing(() -> new IllegalStateException("no such host")), Call.OPEN));
        try (Lab lab = closed.start()) {
            lab.advance(Duration.ofSeconds(60));
            assertThat(lease(lab, "job").backend()).isEqualTo("redis");
        }
    }

    @Test
    void theBackendThatIsNamedGrantsAlone() {
        try (Lab lab = new Lab()
                .backend("redis", StandIn.SHARED, options -> {})
                .backend("sql", StandIn.DURABLE, options -> {})
                .with(builder -> builder.lockPolicy(LockPolicy.SINGLE).set(Settings.LOCKS_BACKEND, "sql"))
                .start()) {
            assertThat(lease(lab, "job").backend()).isEqualTo("sql");
        }
    }
}
