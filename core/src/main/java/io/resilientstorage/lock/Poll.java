package io.resilientstorage.lock;

import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Asks several voters for the same, and ends when so many of them have said what is wanted or too few still can. For
 * several threads.
 */
final class Poll {

    /** How long those that have not failed lately are waited for when there are enough without them. */
    private static final Duration GRACE = Duration.ofMillis(20);

    private final List<Granter> voters;
    private final LockStatus wanted;
    private final int needed;
    private final Time time;
    private final List<Ballot> ballots = new ArrayList<>();
    private final CompletableFuture<List<Ballot>> result = new CompletableFuture<>();
    private boolean timed;

    /** @param needed how many are enough */
    Poll(List<Granter> voters, LockStatus wanted, int needed, Time time) {
        this.voters = voters;
        this.wanted = wanted;
        this.needed = needed;
        this.time = time;
    }

    /** What was answered until the end: by all but those that were not worth to be waited for. Never fails. */
    CompletableFuture<List<Ballot>> ask(Function<Granter, CompletableFuture<LockReply>> question) {
        for (Granter voter : voters) {
            var unused = question.apply(voter)
                    .whenComplete((reply, failure) -> take(new Ballot(
                            voter,
                            failure == null ? Optional.of(reply) : Optional.empty(),
                            failure == null ? Optional.empty() : Optional.of(Granter.sorted(failure)))));
        }
        return result;
    }

    private void take(Ballot ballot) {
        List<Ballot> done;
        boolean grace;
        synchronized (this) {
            ballots.add(ballot);
            long won = ballots.stream().filter(one -> one.is(wanted)).count();
            boolean hopeless = won + voters.size() - ballots.size() < needed;
            boolean all = voters.stream().noneMatch(this::isWaitedFor);
            done = hopeless || (won >= needed && all) || ballots.size() == voters.size()
                    ? List.copyOf(ballots)
                    : List.of();
            grace = done.isEmpty() && won >= needed && !timed;
            timed |= grace;
        }
        if (!done.isEmpty()) {
            result.complete(done);
        } else if (grace) {
            var timer = time.timeouts().schedule(GRACE, () -> result.complete(now()));
            var unused = result.whenComplete((any, failure) -> timer.cancel());
        }
    }

    /** One that fails is not: it would make each call as slow as it is itself. */
    private boolean isWaitedFor(Granter voter) {
        return !voter.fails() && ballots.stream().noneMatch(ballot -> ballot.voter() == voter);
    }

    private synchronized List<Ballot> now() {
        return List.copyOf(ballots);
    }
}
