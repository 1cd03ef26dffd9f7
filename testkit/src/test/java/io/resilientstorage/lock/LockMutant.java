package io.resilientstorage.lock;

import java.util.function.UnaryOperator;

/** What is wrong in a run that must be caught. */
enum LockMutant {
    /** Nothing. */
    NONE,
    /** Whoever can be reached grants: what BEST_EFFORT does, held to what FAILOVER promises. */
    NAIVE_FAILOVER,
    /** A backend that lost its data grants at once. */
    NO_QUARANTINE,
    /** A restart sets the counter of tokens back, and nobody notices the restart. */
    VOLATILE_COUNTER,
    /** Who takes over grants at once. */
    NO_DRAIN,
    /** An authority may grant for as long as it likes. */
    ENDLESS_WINDOW,
    /** Each process has its locks where it alone thinks that it is well. */
    BREAKER_LED,
    /** In the place of a release a renewal is sent. */
    RENEWAL_AFTER_CLOSE,
    /** The time of a lease counts from the answer on. */
    DEADLINE_AFTER_REPLY,
    /** A release is done for whoever asks. */
    RELEASE_WITHOUT_OWNER,
    /** A voter that lost its data votes at once. */
    HASTY_VOTER,
    /** The greatest token is not copied to those that voted. */
    NO_COPY,
    /** A copy is taken, and not kept. */
    COPY_SKIPPED,
    /** Who was once ready to take over at once stays so, also when the mode was left. */
    HEIR_FOR_EVER,
    /** An authority that cannot reach its peer takes that for proof that it was not replaced. */
    PEER_NOT_WAITED_FOR,
    /** Who was elected takes itself for the leader until it is told otherwise. */
    UNBOUND_LEADER,
    /** Who is told to step down does so when the lease has ended. */
    LATE_STEP_DOWN;

    /** Whether it shows in an election. */
    boolean isOfLeaders() {
        return this == UNBOUND_LEADER || this == LATE_STEP_DOWN;
    }

    /** Whether it is wrong under the mode MIRRORED. */
    boolean isMirrored() {
        return this == COPY_SKIPPED || this == HEIR_FOR_EVER || this == PEER_NOT_WAITED_FOR;
    }

    /** Whether it is one of those that only a majority can have. */
    boolean isOfVoters() {
        return this == HASTY_VOTER || this == NO_COPY;
    }

    UnaryOperator<AuthorityRule> rules() {
        return switch (this) {
            case NO_QUARANTINE -> rule -> new SingleRule(((SingleRule) rule).terms(), false);
            case NO_DRAIN, HASTY_VOTER -> Undrained::new;
            case ENDLESS_WINDOW -> EndlessWindows::new;
            case BREAKER_LED -> BreakerLed::new;
            case HEIR_FOR_EVER -> EternalHeirs::new;
            case PEER_NOT_WAITED_FOR -> Unwaiting::new;
            default -> UnaryOperator.identity();
        };
    }
}
