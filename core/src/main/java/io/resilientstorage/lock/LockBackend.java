package io.resilientstorage.lock;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.LockStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A configured backend, as far as locks are concerned.
 *
 * @param name its name
 * @param scope who shares it
 * @param durability whether it keeps what it holds
 * @param attemptTimeout how long one attempt at it may take
 * @param store its locks; empty while it is not open, and if it keeps none
 * @param open whether it is open; until then it is not known whether it keeps locks
 * @param routable whether it seems to be well. Asked by {@code BEST_EFFORT} alone: which backend may grant must not
 *     follow what one process believes of it.
 */
public record LockBackend(
        String name,
        Scope scope,
        Durability durability,
        Duration attemptTimeout,
        Supplier<Optional<LockStore>> store,
        BooleanSupplier open,
        BooleanSupplier routable) {

    /** Whether it is known to keep no locks. */
    boolean keepsNone() {
        return open.getAsBoolean() && store.get().isEmpty();
    }
}
