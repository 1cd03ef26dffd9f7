package io.resilientstorage.testkit.simulator;

import io.resilientstorage.CarelessStorage;
import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import java.util.function.Function;

/** What a careless engine would leave out when it reads. */
final class ReadMutants {

    private ReadMutants() {}

    private static Mutation built(Function<StorageBuilder, ResilientStorage> how) {
        return new Mutation() {
            @Override
            public ResilientStorage build(StorageBuilder builder) {
                return how.apply(builder);
            }
        };
    }

    /** Reads from a backend do not look into its pending records. */
    static Mutation overlayLeftOut() {
        return built(CarelessStorage::withoutOverlay);
    }

    /** A version that was read moves no clock. */
    static Mutation clockNotAdvanced() {
        return built(CarelessStorage::withDeafClock);
    }
}
