package io.resilientstorage.api;

/**
 * What a namespace may demand.
 *
 * @param exactConditions whether a condition that cannot be judged by the backend that all processes share is refused
 *     with {@link InexactConditionException}, instead of being judged by another one
 */
public record NamespaceOptions(boolean exactConditions) {

    /** Conditions may be judged by whichever backend serves; the result says when that was not exact. */
    public static final NamespaceOptions DEFAULT = new NamespaceOptions(false);

    /** Conditions are exact or refused. */
    public static final NamespaceOptions EXACT_CONDITIONS = new NamespaceOptions(true);
}
