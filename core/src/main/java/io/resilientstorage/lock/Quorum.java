package io.resilientstorage.lock;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Several voters as the one place that grants. Who may vote is {@link MajorityRule}'s part.
 *
 * <p>An acquire asks for all votes. With those of more than half the owner holds the lock alone, but under as many
 * tokens as there are votes. So the greatest of them is copied to those that voted, each of which refuses it if it
 * knows of a greater epoch; and it holds once more than half have taken it. A later grant has a voter in common with
 * this one, which knows its epoch: tokens grow. If a voter with a greater epoch has gone away, those that are left are
 * behind it, and one of them gets a new epoch first.
 *
 * <p>The votes for a lock that was not won are given back, and that is waited for: a release that was still under way
 * would undo what the same owner gets later.
 */
final class Quorum implements LockStore {

    private static final long NANOS = 1_000_000;

    /** What ends an acquire when too few have voted, what tells most first. */
    private static final List<LockStatus> ENDING = List.of(LockStatus.DISAGREES, LockStatus.HELD, LockStatus.DRAINING);

    /** What says nothing of why too few have. */
    private static final Set<LockStatus> DONE =
            EnumSet.of(LockStatus.GRANTED, LockStatus.COPIED, LockStatus.RELEASED, LockStatus.NOT_HELD);

    private final List<Granter> voters;
    private final int needed;
    private final Time time;
    private final ReferenceClock local;

    /** @param local this process's own time */
    Quorum(List<Granter> voters, Time time, ReferenceClock local) {
        this.voters = List.copyOf(voters);
        this.needed = MajorityRule.majority(voters.size());
        this.time = time;
        this.local = local;
    }

    String name() {
        return "majority(" + String.join(",", voters.stream().map(Granter::name).toList()) + ")";
    }

    /** How long a request may take: its two rounds, and what is given back. */
    Duration attemptTimeout() {
        return Duration.ofNanos(
                3 * voters.stream().mapToLong(Granter::attemptNanos).max().orElse(0));
    }

    /** Each voter has its own. */
    @Override
    public CompletionStage<AuthorityReply> authority(String space) {
        throw new UnsupportedOperationException("each voter has a record of its own");
    }

    /** Each voter has its own. */
    @Override
    public CompletionStage<Boolean> compareAndSet(
            String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
        throw new UnsupportedOperationException("each voter has a record of its own");
    }

    @Override
    public CompletionStage<LockReply> perform(LockRequest request) {
        return switch (request.action()) {
            case ACQUIRE -> acquire(request);
            case RENEW -> renew(request);
            case RELEASE -> release(request);
            case COPY -> throw new UnsupportedOperationException("who votes is copied to by this");
        };
    }

    /** A majority must be there within half of the ttl, in two rounds. */
    private static long step(Granter voter, LockRequest request) {
        return Math.max(1, Math.min(voter.attemptNanos(), request.ttlMillis() * NANOS / 4));
    }

    private CompletableFuture<LockReply> ask(Granter voter, LockAction action, LockRequest request, long token) {
        return voter.perform(
                action,
                request.space(),
                request.name(),
                request.owner(),
                request.ttlMillis(),
                request.terms(),
                token,
                step(voter, request),
                Asker.NOT_WAITING);
    }

    private CompletableFuture<LockReply> acquire(LockRequest request) {
        return new Poll(voters, LockStatus.GRANTED, needed, time)
                .ask(voter -> ask(voter, LockAction.ACQUIRE, request, FencingToken.NONE))
                .thenCompose(ballots -> {
                    List<Ballot> votes = with(ballots, LockStatus.GRANTED);
                    return votes.size() < needed ? lost(request, ballots) : won(request, votes);
                });
    }

    private CompletableFuture<LockReply> won(LockRequest request, List<Ballot> votes) {
        Ballot greatest = votes.stream()
                .max(Comparator.comparingLong(vote -> vote.reply().orElseThrow().token()))
                .orElseThrow();
        long token = greatest.reply().orElseThrow().token();
        LockReply granted = reply(LockStatus.GRANTED, token, votes);
        if (votes.stream()
                        .filter(vote -> vote.reply().orElseThrow().token() == token)
                        .count()
                >= needed) {
            return CompletableFuture.completedFuture(granted);
        }
        return new Poll(votes.stream().map(Ballot::voter).toList(), LockStatus.COPIED, needed, time)
                .ask(voter -> ask(voter, LockAction.COPY, request, token))
                .thenCompose(copies -> {
                    if (with(copies, LockStatus.COPIED).size() >= needed) {
                        return CompletableFuture.completedFuture(granted);
                    }
                    Optional<Authority> newer = with(copies, LockStatus.NEWER_EPOCH).stream()
                            .flatMap(copy -> copy.reply().orElseThrow().authority().stream())
                            .max(Comparator.comparingLong(Authority::floor));
                    return newer.isPresent()
                            ? raise(request, greatest.voter(), newer.get().floor())
                            : lost(request, copies);
                });
    }

    /** A voter gets an epoch above one that another has gone away with, and no vote of the former one stands. */
    private CompletableFuture<LockReply> raise(LockRequest request, Granter voter, long above) {
        return giveBack(request, voter)
                .thenCompose(given -> voter.authority(request.space()))
                .thenCompose(reply -> {
                    Seen seen = new Seen(
                            voter.name(),
                            voter.number(),
                            voter.isDurable(),
                            Optional.of(reply),
                            false,
                            false,
                            Optional.empty());
                    Optional<Authority> standing = seen.inForce();
                    if (standing.isEmpty() || standing.get().epoch() > above) {
                        return CompletableFuture.completedFuture(false);
                    }
                    Successor next = new Successor(0, seen, request.terms());
                    Plan.Put put = next.granting(
                            MajorityRule.own(voter.number(), next.epoch(0, above)),
                            standing.get().grantsFrom(),
                            Authority.NO_END,
                            "another voter had a greater epoch");
                    return voter.put(request.space(), put.life(), put.revision(), put.next(), put.notAfter());
                })
                .thenApply(done -> reply(LockStatus.LATE, FencingToken.NONE, List.of()));
    }

    /** A vote of one that did not answer in time ends by itself, for nobody is to wait for that one once more. */
    private CompletableFuture<LockReply> lost(LockRequest request, List<Ballot> ballots) {
        CompletableFuture<?>[] given = voters.stream()
                .filter(voter -> ballots.stream().noneMatch(one -> one.voter() == voter && !one.mayHaveVoted()))
                .map(voter -> giveBack(request, voter).handle((reply, failure) -> reply))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(given).thenCompose(all -> refusal(ballots));
    }

    private CompletableFuture<LockReply> giveBack(LockRequest request, Granter voter) {
        return release(voter, request, step(voter, request));
    }

    private CompletableFuture<LockReply> renew(LockRequest request) {
        return new Poll(voters, LockStatus.GRANTED, needed, time)
                .ask(voter -> ask(voter, LockAction.RENEW, request, request.token()))
                .thenCompose(ballots -> {
                    List<Ballot> votes = with(ballots, LockStatus.GRANTED);
                    if (votes.size() >= needed) {
                        return CompletableFuture.completedFuture(reply(
                                LockStatus.GRANTED,
                                votes.get(0).reply().orElseThrow().token(),
                                votes));
                    }
                    return with(ballots, LockStatus.LOST).size() > voters.size() - needed
                            ? CompletableFuture.completedFuture(reply(LockStatus.LOST, FencingToken.NONE, List.of()))
                            : refusal(ballots.stream()
                                    .filter(ballot -> !ballot.is(LockStatus.LOST))
                                    .toList());
                });
    }

    /** Whichever token a voter has: one that was late has its own. */
    private CompletableFuture<LockReply> release(LockRequest request) {
        return new Poll(voters, LockStatus.RELEASED, needed, time)
                .ask(voter -> release(voter, request, voter.attemptNanos()))
                .thenCompose(ballots -> {
                    boolean released = !with(ballots, LockStatus.RELEASED).isEmpty();
                    long answers = ballots.stream()
                            .filter(ballot -> ballot.reply().isPresent())
                            .count();
                    return answers < needed
                            ? refusal(ballots)
                            : CompletableFuture.completedFuture(reply(
                                    released ? LockStatus.RELEASED : LockStatus.NOT_HELD,
                                    FencingToken.NONE,
                                    List.of()));
                });
    }

    private static CompletableFuture<LockReply> release(Granter voter, LockRequest request, long nanos) {
        return voter.release(
                request.space(),
                request.name(),
                request.owner(),
                FencingToken.NONE,
                request.terms(),
                nanos,
                Asker.NOT_WAITING);
    }

    private static List<Ballot> with(List<Ballot> ballots, LockStatus status) {
        return ballots.stream().filter(ballot -> ballot.is(status)).toList();
    }

    /** What is to be answered when too few have voted: what tells most of what is to be done. */
    private static CompletableFuture<LockReply> refusal(List<Ballot> ballots) {
        for (LockStatus status : ENDING) {
            Optional<LockReply> telling = with(ballots, status).stream()
                    .map(ballot -> ballot.reply().orElseThrow())
                    .min(Comparator.comparingLong(LockReply::remainingMillis));
            if (telling.isPresent()) {
                return CompletableFuture.completedFuture(telling.get());
            }
        }
        Optional<BackendException> failure =
                ballots.stream().flatMap(ballot -> ballot.failure().stream()).findFirst();
        return ballots.stream()
                .flatMap(ballot -> ballot.reply().stream())
                .filter(reply -> !DONE.contains(reply.status()))
                .findFirst()
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(
                        failure.orElseGet(() -> BackendException.noAnswer("too few voters have answered"))));
    }

    /** Of votes the shortest time counts. */
    private LockReply reply(LockStatus status, long token, List<Ballot> votes) {
        long remaining = votes.stream()
                .mapToLong(vote -> vote.reply().orElseThrow().remainingMillis())
                .min()
                .orElse(0);
        return new LockReply(
                status, token, remaining, local.localMillis(), new Incarnation("majority"), Optional.empty());
    }
}
