package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockScope;
import io.resilientstorage.config.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The policy that grants whatever happens, and says what that is worth. */
class BestEffortTest {

    private static final Duration TTL = LockWorld.MAX_TTL;

    private final LockWorld world = new LockWorld().volatileServer("redis").durableServer("sql");

    private LockProcess process() {
        return world.process(draft -> draft.set(Settings.LOCKS_POLICY, LockPolicy.BEST_EFFORT));
    }

    @Test
    void itGrantsAtOnceAndSaysThatTheScopeIsOneBackend() {
        Lease lease = process().lease("job", TTL);

        assertThat(lease.backend()).isEqualTo("redis");
        assertThat(lease.scope()).isEqualTo(LockScope.ONE_BACKEND);
    }

    @Test
    void whenTheFirstFailsTheSecondGrantsInTheSameCallAndThereMayBeTwoHolders() {
        LockProcess one = process();
        Lease lease = one.lease("job", TTL);
        world.server("redis").down();

        Lease second = one.lease("job", TTL);

        assertThat(second.backend()).isEqualTo("sql");
        assertThat(lease.isHeld() && second.isHeld()).isTrue();
        assertThat(second.scope()).isEqualTo(LockScope.ONE_BACKEND);
    }

    @Test
    void aLeaseIsReleasedWhereItWasGranted() {
        LockProcess one = process();
        Lease lease = one.lease("job", TTL);
        world.server("redis").stop();
        one.tryAcquire("other", TTL);
        world.server("redis").up();
        lease.close();
        world.advance(Duration.ofSeconds(2));

        assertThat(world.server("redis").holds("default", "job")).isFalse();
    }
}
