package io.resilientstorage.api;

import java.util.OptionalLong;

/**
 * This process's part in an election: it tries to hold a lock for good, and leads while it does.
 *
 * <p>Leading is bound in time: it ends before the lease does, so that there are never two leaders by their own clocks.
 * What is said of a paused process and fencing at {@link Lease} holds here too. Safe for use by several threads.
 */
public interface LeaderElection extends AutoCloseable {

    /** The name of the election. */
    String name();

    /** Whether this process leads now. Asks nobody. */
    boolean isLeader();

    /** The fencing token of the lease that it leads under; empty if it does not lead now. */
    OptionalLong fencingToken();

    /** Steps down, if it leads, and takes part no more. Closing again does nothing. */
    @Override
    void close();
}
