package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Warmth;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A server like Redis: volatile, and of what expires the version is kept for a minute; what was over when it arrived is
 * kept as a tombstone is.
 */
public final class RedisModel extends ModelServer {

    private static final Duration LINGER = Duration.ofSeconds(60);

    RedisModel(String name, Duration tombstoneLife, LongSupplier clock) {
        super(name, tombstoneLife, clock);
    }

    @Override
    public BackendTraits traits() {
        return new BackendTraits(BackendType.REDIS, Scope.SHARED, Durability.VOLATILE, true);
    }

    /** The run id changes with each start, the replication id when another history goes on. */
    @Override
    public Incarnation incarnation() {
        return new Incarnation("run" + faults().starts() + "-repl" + faults().lineage());
    }

    /** COLD stands at one of many places alone, so that as a rule it is not found. */
    @Override
    ClearReply clearReply() {
        return ClearReply.of(incarnation(), sentinel().sentinel().filter(mark -> mark.warmth() == Warmth.WARM));
    }

    @Override
    Duration keepsExpired(Row row) {
        return row.wasOverWhenStored() ? tombstoneLife() : LINGER;
    }
}
