package io.resilientstorage.backend;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The hints that a backend keeps. They are made by {@link Backend#apply}, in the same atomic step as the record, and by
 * {@link #note} when it is found later that another backend has lost one.
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

    /**
     * Removes hints whose records were delivered, parked ones included. The version of each is the one that was
     * delivered. A hint is removed only if, in one atomic step, it asks for no newer version and no newer version
     * stands under its key: so what was delivered is what stands, and if it is not, the hint is claimed again, at once.
     * Where there is no hint and a newer version stands, one is made for that version in the same way: the target has
     * just shown that it lacks it. (What stands and cannot be read may go without.)
     *
     * @return the life of the backend that answered, and the sentinel that stood there in the same step, if it tells.
     *     If it is not the life that acknowledged a record, that record may be lost here.
     */
    CompletionStage<ClearReply> clear(Collection<Hint> delivered);

    /**
     * Makes hints for records that this backend has already; one that stands for the same target and key keeps its age
     * and gets the newer version. Age, claim and tries of those given do not matter.
     */
    CompletionStage<Void> note(Collection<Hint> lacking);

    /** Gives claimed hints back and counts a try for each, if they still have their version. */
    CompletionStage<Void> retry(Collection<Hint> refused);

    /**
     * Sets hints aside, if they still have their version: they are not claimed again, and stay visible in the summary.
     */
    CompletionStage<Void> park(Collection<Hint> poison);

    /** How many hints there are for a target, and how old they are. */
    CompletionStage<HintSummary> summary(String target);
}
