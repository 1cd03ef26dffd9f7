package io.resilientstorage.state;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import java.util.ArrayList;
import java.util.List;

/** Backend states for tests. */
final class States {

    private States() {}

    /** Shared backends of these names, in this order of priorities, not probed yet. */
    static List<BackendState> shared(String... names) {
        List<BackendState> states = new ArrayList<>();
        for (String name : names) {
            BackendState.Identity identity = new BackendState.Identity(
                    name,
                    BackendType.CUSTOM,
                    Scope.SHARED,
                    Durability.VOLATILE,
                    states.size() + 1,
                    true,
                    states.isEmpty());
            states.add(BackendState.initial(identity, 0));
        }
        return states;
    }
}
