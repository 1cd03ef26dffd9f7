package io.resilientstorage.backend;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The hints that a backend keeps. They are made by {@link Backend#apply} alone, in the same atomic step as the record.
 */
public interface HintStore {

    /**
     * Claims hints for delivery, oldest first. No other process gets them until the claim ends or they are cleared.
     *
     * @param target the name of the backend that has to get the records
     * @param limit how many at most
     * @param claim how long the claim lasts
     */
    CompletionStage<List<Hint>> claim(String target, int limit, Duration claim);

    /** Removes hints that were delivered, each only if it still has the version that was delivered. */
    CompletionStage<Void> clear(Collection<Hint> delivered);

    /** Gives claimed hints back and counts a try for each, if they still have their version. */
    CompletionStage<Void> retry(Collection<Hint> refused);

    /**
     * Sets hints aside, if they still have their version: they are not claimed again, and stay visible in the summary.
     */
    CompletionStage<Void> park(Collection<Hint> poison);

    /** How many hints there are for a target, and how old they are. */
    CompletionStage<HintSummary> summary(String target);
}
