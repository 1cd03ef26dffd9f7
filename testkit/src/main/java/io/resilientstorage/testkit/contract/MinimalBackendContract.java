package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.ReleaseWatch;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every backend must do, also one that has {@code read}, {@code apply} and {@code probe} alone. A capability that
 * the backend declares beyond that is tested by implementing its theme as well: {@link ConditionContract},
 * {@link HintContract}, {@link ScanContract}, {@link ChangeScanContract}, {@link SentinelContract},
 * {@link LockStoreContract}, {@link ReleaseWatchContract}, {@link ImmediateReadsContract}. A declared capability whose
 * theme is missing fails the suite. See {@link BackendContract} for how to use it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MinimalBackendContract
        implements RoundTripContract,
                KeyContract,
                ExpiryContract,
                NewerWinsContract,
                DirectContract,
                RefusalContract,
                EqualVersionContract,
                TombstoneContract,
                BatchContract,
                ForeignValueContract,
                ProbeContract,
                RestartContract,
                FuzzContract {

    private OpenBackend open;
    private Subject subject;

    /** For subclasses. */
    protected MinimalBackendContract() {}

    /** A fixture. Called once, before the first test of the class; the suite closes it after the last one. */
    protected abstract BackendFixture fixture() throws Exception;

    @Override
    public final Subject subject() {
        return subject;
    }

    @BeforeAll
    final void openBackend() throws Exception {
        open = new OpenBackend(fixture());
    }

    @BeforeEach
    final void newSubject() {
        open.awaitReady();
        subject = new Subject(open);
    }

    @AfterEach
    final void setWallClockRight() {
        open.time().resetWallClock();
    }

    @AfterAll
    final void closeBackend() throws Exception {
        open.close();
    }

    @Test
    void everyDeclaredCapabilityIsTested() {
        Backend backend = subject.backend();
        assertThat(this instanceof ConditionContract)
                .as("traits().conditions() and ConditionContract")
                .isEqualTo(backend.traits().conditions());
        assertThat(this instanceof HintContract)
                .as("hints() and HintContract")
                .isEqualTo(backend.hints().isPresent());
        assertThat(this instanceof ScanContract)
                .as("scan() and ScanContract")
                .isEqualTo(backend.scan().isPresent());
        assertThat(this instanceof ChangeScanContract)
                .as("changes() and ChangeScanContract")
                .isEqualTo(backend.changes().isPresent());
        assertThat(this instanceof SentinelContract)
                .as("sentinels() and SentinelContract")
                .isEqualTo(backend.sentinels().isPresent());
        assertThat(this instanceof LockStoreContract)
                .as("locks() and LockStoreContract")
                .isEqualTo(backend.locks().isPresent());
        assertThat(this instanceof ReleaseWatchContract)
                .as("watchReleases() of locks() and ReleaseWatchContract")
                .isEqualTo(tellsOfReleases(backend));
        assertThat(this instanceof ImmediateReadsContract)
                .as("immediateReads() and ImmediateReadsContract")
                .isEqualTo(backend.immediateReads().isPresent());
    }

    private boolean tellsOfReleases(Backend backend) {
        Optional<ReleaseWatch> watch =
                backend.locks().flatMap(locks -> locks.watchReleases(subject.namespace(), new Nobody()));
        watch.ifPresent(ReleaseWatch::close);
        return watch.isPresent();
    }

    /** Hears, and does nothing. */
    private static final class Nobody implements ReleaseWatch.Listener {
        @Override
        public void begun() {}

        @Override
        public void released(String name) {}

        @Override
        public void ended() {}
    }
}
