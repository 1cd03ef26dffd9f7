package io.resilientstorage.api;

/** Is told when this process becomes the leader, and when it stops being it. Calls come one after the other. */
public interface LeaderListener {

    /**
     * It leads from now on, as long as {@link LeaderElection#isLeader()} says so.
     *
     * @param fencingToken the token of its lease, see {@link Lease#fencingToken()}
     */
    void elected(long fencingToken);

    /**
     * It leads no more. Nobody else does yet, if this returns soon.
     *
     * @param fencingToken the token of the lease that it led under
     */
    void steppedDown(long fencingToken);
}
