package io.resilientstorage.backend;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import java.util.Objects;

/**
 * What kind of backend it is.
 *
 * @param type the kind
 * @param scope who shares what it holds
 * @param durability whether it keeps an acknowledged write through its own restart
 * @param conditions whether {@link Backend#apply} judges conditions other than {@link Condition.None}. One that does
 *     not is never given another.
 */
public record BackendTraits(BackendType type, Scope scope, Durability durability, boolean conditions) {

    /** Refuses null. */
    public BackendTraits {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(durability, "durability");
    }

    /** A shared, volatile backend of a user's own that judges no conditions. */
    public static BackendTraits custom() {
        return new BackendTraits(BackendType.CUSTOM, Scope.SHARED, Durability.VOLATILE, false);
    }
}
