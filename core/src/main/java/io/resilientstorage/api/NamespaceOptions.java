package io.resilientstorage.api;

import java.util.Objects;
import java.util.Optional;

/**
 * What a namespace may demand.
 *
 * <pre>{@code
 * KeyValueStore<Cart> carts = storage.namespace(
 *         "carts", codec, NamespaceOptions.DEFAULT.withWriteMode(WriteMode.MIRROR_SYNC));
 * }</pre>
 *
 * <p>All processes must use a namespace in the same write mode: one that does not is refused with
 * {@link NamespaceDisagreementException}. Whether conditions must be exact is each process's own affair.
 *
 * @param exactConditions whether a condition that cannot be judged by the backend that all processes share is refused
 *     with {@link InexactConditionException}, instead of being judged by another one
 * @param writeMode who gets a write besides the backend that takes it; empty for what the settings say
 *     ({@code writeMode}, {@link WriteMode#MIRROR_ASYNC} by default)
 */
public record NamespaceOptions(boolean exactConditions, Optional<WriteMode> writeMode) {

    /** Conditions may be judged by whichever backend serves; the result says when that was not exact. */
    public static final NamespaceOptions DEFAULT = new NamespaceOptions(false, Optional.empty());

    /** Conditions are exact or refused. */
    public static final NamespaceOptions EXACT_CONDITIONS = new NamespaceOptions(true, Optional.empty());

    /** Refuses null. */
    public NamespaceOptions {
        Objects.requireNonNull(writeMode, "writeMode");
    }

    /** The same with a mode of its own. */
    public NamespaceOptions withWriteMode(WriteMode mode) {
        return new NamespaceOptions(exactConditions, Optional.of(mode));
    }
}
